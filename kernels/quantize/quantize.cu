// Row-wise quantisation on CUDA: a block holds its row in registers between its maximum and its
// rounding, so that memory is read once.
#include "common/cuda_launch.cuh"
#include "common/quantize_rows.cuh"
#include "quantize/quantize_cuda.h"

namespace reflectionflow::kernels {
namespace {

template <typename T, int V>
__global__ void __launch_bounds__(kRowThreads) quantize_kernel(const Quantize op) {
  quantize_changed_row<T, V>(op, [](float x) { return x; });
}

template <typename T>
__global__ void __launch_bounds__(kRowThreads) quantize_long_kernel(const Quantize op) {
  quantize_changed_long_row<T>(op, [](float x) { return x; });
}

}  // namespace

void quantize_cuda(const Quantize& op, Stream stream) {
  const RowLaunch plan = quantize_launch(op);
  with_device_vector(op.dtype, plan.vector, [&](auto* element, auto vector) {
    using T = std::remove_pointer_t<decltype(element)>;
    const auto kernel = plan.in_registers ? quantize_kernel<T, vector()> : quantize_long_kernel<T>;
    launch("quantize", plan, stream, kernel, op);
  });
}

}  // namespace reflectionflow::kernels
