// The gated residual on CUDA: two vectors of a row for a thread, the gate from L1, where the rows
// before have left it.
#include "common/cuda_launch.cuh"
#include "common/rows.h"
#include "common/vector.cuh"
#include "gated_residual/gated_residual_cuda.h"

namespace reflectionflow::kernels {
namespace {

template <typename T, int V>
__global__ void __launch_bounds__(kFlatThreads)
    gated_residual_kernel(const GatedResidual op, uint32_t blocks_per_row) {
  const FlatShare share = flat_share(blockIdx.x, threadIdx.x, blockDim.x, blocks_per_row, V);
  const uint32_t tokens = static_cast<uint32_t>(op.tokens);
  const uint32_t b = share.part / tokens, s = share.part % tokens;
  T* const x_row = row_at<T>(op.x, b, s);
  const T* const y_row = row_at<T>(op.y, b, s);
  const T* const gate_row = vector_at<T>(op.gate, b);
  Packed<T, V> x[kFlatVectors], y[kFlatVectors];
#pragma unroll
  for (int i = 0; i < kFlatVectors; ++i) {
    const int64_t at = share.first + i * share.stride;
    if (at >= op.width) break;
    x[i] = load_once<V>(x_row + at);
    y[i] = load_once<V>(y_row + at);
  }
#pragma unroll
  for (int i = 0; i < kFlatVectors; ++i) {
    const int64_t at = share.first + i * share.stride;
    if (at >= op.width) break;
    float sum[V], addend[V], gate[V];
    unpack(x[i], sum);
    unpack(y[i], addend);
    load_or_ones<V>(gate_row, at, gate);
#pragma unroll
    for (int c = 0; c < V; ++c) sum[c] += gate[c] * addend[c];
    store<V>(x_row + at, sum);
  }
}

}  // namespace

void gated_residual_cuda(const GatedResidual& op, Stream stream) {
  const FlatLaunch plan = gated_residual_launch(op);
  with_device_vector(op.dtype, plan.vector, [&](auto* element, auto vector) {
    using T = std::remove_pointer_t<decltype(element)>;
    launch("gated_residual", plan, stream, gated_residual_kernel<T, vector()>, op,
           plan.blocks_per_part);
  });
}

}  // namespace reflectionflow::kernels
