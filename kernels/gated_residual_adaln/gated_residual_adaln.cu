// The gated residual and the modulation after it on CUDA: a block keeps the sum of its row in
// registers, rounded as it is stored.
#include "common/cuda_launch.cuh"
#include "common/modulate_rows.cuh"
#include "common/rows.h"
#include "gated_residual_adaln/gated_residual_adaln_cuda.h"

namespace reflectionflow::kernels {
namespace {

template <typename T, int V>
__global__ void __launch_bounds__(kRowThreads)
    gated_residual_adaln_kernel(const GatedResidualAdaln op) {
  __shared__ RowSums sums;
  const uint32_t tokens = static_cast<uint32_t>(op.tokens);
  const uint32_t b = blockIdx.x / tokens, s = blockIdx.x % tokens;
  T* const x_row = row_at<T>(op.x, b, s);
  const T* const y_row = row_at<T>(op.y, b, s);
  const T* const gate_row = vector_at<T>(op.gate, b);
  Packed<T, V> x[kRowVectors], y[kRowVectors];
#pragma unroll
  for (int i = 0; i < kRowVectors; ++i) {
    const int64_t at = row_element(threadIdx.x, blockDim.x, i, V);
    x[i] = at < op.width ? load_once<V>(x_row + at) : zeros<T, V>();
    y[i] = at < op.width ? load_once<V>(y_row + at) : zeros<T, V>();
  }
  float sum[kRowVectors][V];
#pragma unroll
  for (int i = 0; i < kRowVectors; ++i) {
    const int64_t at = row_element(threadIdx.x, blockDim.x, i, V);
    unpack(x[i], sum[i]);
    if (at >= op.width) continue;
    float gate[V], addend[V];
    unpack(load<V>(gate_row + at), gate);
    unpack(y[i], addend);
#pragma unroll
    for (int c = 0; c < V; ++c) sum[i][c] += gate[c] * addend[c];
    const Packed<T, V> stored = pack<T, V>(sum[i]);
    store(x_row + at, stored);
    unpack(stored, sum[i]);
  }
  modulate_row<V>(sum, vector_at<T>(op.shift, b), vector_at<T>(op.scale, b),
                  row_at<T>(op.out, b, s), op.width, op.epsilon, sums);
}

template <typename T>
__global__ void __launch_bounds__(kRowThreads)
    gated_residual_adaln_long_kernel(const GatedResidualAdaln op) {
  __shared__ RowSums sums;
  const uint32_t tokens = static_cast<uint32_t>(op.tokens);
  const uint32_t b = blockIdx.x / tokens, s = blockIdx.x % tokens;
  T* const x = row_at<T>(op.x, b, s);
  const T* const y = row_at<T>(op.y, b, s);
  const T* const gate = vector_at<T>(op.gate, b);
  float sum = 0;
  for (int64_t c = threadIdx.x; c < op.width; c += blockDim.x) {
    from_float(to_float(x[c]) + to_float(gate[c]) * to_float(y[c]), x + c);
    sum += to_float(x[c]);
  }
  modulate_long_row<T>(x, sum, vector_at<T>(op.shift, b), vector_at<T>(op.scale, b),
                       row_at<T>(op.out, b, s), op.width, op.epsilon, sums);
}

}  // namespace

void gated_residual_adaln_cuda(const GatedResidualAdaln& op, Stream stream) {
  const RowLaunch plan = gated_residual_adaln_launch(op);
  with_device_vector(op.dtype, plan.vector, [&](auto* element, auto vector) {
    using T = std::remove_pointer_t<decltype(element)>;
    const auto kernel = plan.in_registers ? gated_residual_adaln_kernel<T, vector()>
                                          : gated_residual_adaln_long_kernel<T>;
    launch("gated_residual_adaln", plan, stream, kernel, op);
  });
}

}  // namespace reflectionflow::kernels
