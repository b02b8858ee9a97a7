// Row-wise quantisation on CUDA: a block holds its row in registers between its maximum and its
// rounding, so that memory is read once.
#include "common/cuda_launch.cuh"
#include "common/quantize_rows.cuh"
#include "quantize/quantize_cuda.h"

namespace reflectionflow::kernels {
namespace {

template <typename T, typename Eight, int V>
__global__ void __launch_bounds__(kRowThreads) quantize_kernel(const Quantize op) {
  quantize_changed_row<T, Eight, V>(op, [](float x) { return x; });
}

template <typename T, typename Eight>
__global__ void __launch_bounds__(kRowThreads) quantize_long_kernel(const Quantize op) {
  quantize_changed_long_row<T, Eight>(op, [](float x) { return x; });
}

}  // namespace

void quantize_cuda(const Quantize& op, Stream stream) {
  const RowLaunch plan = quantize_launch(op);
  with_device_quantized(op, plan.vector, [&](auto* element, auto* eight, auto vector) {
    using T = std::remove_pointer_t<decltype(element)>;
    using Eight = std::remove_pointer_t<decltype(eight)>;
    const auto kernel =
        plan.in_registers ? quantize_kernel<T, Eight, vector()> : quantize_long_kernel<T, Eight>;
    launch("quantize", plan, stream, kernel, op);
  });
}

}  // namespace reflectionflow::kernels
