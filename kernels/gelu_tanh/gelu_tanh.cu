// GELU on CUDA: two vectors of a row for a thread, one power of two and one reciprocal an element.
#include "common/cuda_launch.cuh"
#include "common/gelu.cuh"
#include "common/vector.cuh"
#include "gelu_tanh/gelu_tanh_cuda.h"

namespace reflectionflow::kernels {
namespace {

template <typename T, int V>
__global__ void __launch_bounds__(kFlatThreads)
    gelu_tanh_kernel(const GeluTanh op, uint32_t blocks_per_row) {
  const FlatShare share = flat_share(blockIdx.x, threadIdx.x, blockDim.x, blocks_per_row, V);
  const T* const from = static_cast<const T*>(op.x) + share.part * op.x_row_stride;
  T* const to = static_cast<T*>(op.out) + share.part * op.out_row_stride;
  Packed<T, V> x[kFlatVectors];
#pragma unroll
  for (int i = 0; i < kFlatVectors; ++i) {
    const int64_t at = share.first + i * share.stride;
    if (at >= op.width) break;
    x[i] = load_once<V>(from + at);
  }
#pragma unroll
  for (int i = 0; i < kFlatVectors; ++i) {
    const int64_t at = share.first + i * share.stride;
    if (at >= op.width) break;
    float values[V];
    unpack(x[i], values);
#pragma unroll
    for (int c = 0; c < V; ++c) values[c] = gelu(values[c]);
    store<V>(to + at, values);
  }
}

}  // namespace

void gelu_tanh_cuda(const GeluTanh& op, Stream stream) {
  const FlatLaunch plan = gelu_tanh_launch(op);
  with_device_vector(op.dtype, plan.vector, [&](auto* element, auto vector) {
    using T = std::remove_pointer_t<decltype(element)>;
    launch("gelu_tanh", plan, stream, gelu_tanh_kernel<T, vector()>, op, plan.blocks_per_part);
  });
}

}  // namespace reflectionflow::kernels
