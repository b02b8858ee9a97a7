// Row-wise quantisation on CUDA: a block holds its row in registers between its maximum and its
// rounding, so that memory is read once.
#include "common/cuda_launch.cuh"
#include "common/quantize_rows.cuh"
#include "quantize_fp8/quantize_fp8_cuda.h"

namespace reflectionflow::kernels {
namespace {

template <typename T, int V>
__global__ void __launch_bounds__(kRowThreads) quantize_fp8_kernel(const QuantizeFp8 op) {
  __shared__ uint32_t partials[kWarp];
  const int64_t row = blockIdx.x;
  float x[kRowVectors][V];
  load_row(static_cast<const T*>(op.x) + row * op.x_row_stride, op.width, x);
  quantize_row(x, op.width, op.out + row * op.out_row_stride, op.row_scale + row, partials);
}

template <typename T>
__global__ void __launch_bounds__(kRowThreads) quantize_fp8_long_kernel(const QuantizeFp8 op) {
  __shared__ uint32_t partials[kWarp];
  const int64_t row = blockIdx.x;
  const T* const x = static_cast<const T*>(op.x) + row * op.x_row_stride;
  quantize_long_row([&](int64_t c) { return to_float(x[c]); }, op.width,
                    op.out + row * op.out_row_stride, op.row_scale + row, partials);
}

}  // namespace

void quantize_fp8_cuda(const QuantizeFp8& op, Stream stream) {
  const RowLaunch plan = quantize_fp8_launch(op);
  with_device_vector(op.dtype, plan.vector, [&](auto* element, auto vector) {
    using T = std::remove_pointer_t<decltype(element)>;
    const auto kernel =
        plan.in_registers ? quantize_fp8_kernel<T, vector()> : quantize_fp8_long_kernel<T>;
    launch("quantize_fp8", plan, stream, kernel, op);
  });
}

}  // namespace reflectionflow::kernels
