// GELU and quantisation on CUDA: a row of activations waits in a block's registers for its scale.
#include "common/cuda_launch.cuh"
#include "common/gelu.cuh"
#include "common/quantize_rows.cuh"
#include "gelu_tanh_fp8/gelu_tanh_fp8_cuda.h"

namespace reflectionflow::kernels {
namespace {

template <typename T, int V>
__global__ void __launch_bounds__(kRowThreads) gelu_tanh_fp8_kernel(const GeluTanhFp8 op) {
  __shared__ uint32_t partials[kWarp];
  const int64_t row = blockIdx.x;
  float x[kRowVectors][V];
  load_row(static_cast<const T*>(op.x) + row * op.x_row_stride, op.width, x);
#pragma unroll
  for (int i = 0; i < kRowVectors; ++i) {
#pragma unroll
    for (int c = 0; c < V; ++c) x[i][c] = rounded_to<T>(gelu(x[i][c]));  // 0 behind the end stays 0
  }
  quantize_row(x, op.width, op.out + row * op.out_row_stride, op.row_scale + row, partials);
}

template <typename T>
__global__ void __launch_bounds__(kRowThreads) gelu_tanh_fp8_long_kernel(const GeluTanhFp8 op) {
  __shared__ uint32_t partials[kWarp];
  const int64_t row = blockIdx.x;
  const T* const x = static_cast<const T*>(op.x) + row * op.x_row_stride;
  quantize_long_row([&](int64_t c) { return rounded_to<T>(gelu(to_float(x[c]))); }, op.width,
                    op.out + row * op.out_row_stride, op.row_scale + row, partials);
}

}  // namespace

void gelu_tanh_fp8_cuda(const GeluTanhFp8& op, Stream stream) {
  const RowLaunch plan = gelu_tanh_fp8_launch(op);
  with_device_vector(op.dtype, plan.vector, [&](auto* element, auto vector) {
    using T = std::remove_pointer_t<decltype(element)>;
    const auto kernel =
        plan.in_registers ? gelu_tanh_fp8_kernel<T, vector()> : gelu_tanh_fp8_long_kernel<T>;
    launch("gelu_tanh_fp8", plan, stream, kernel, op);
  });
}

}  // namespace reflectionflow::kernels
