// The Euler step on CUDA: two vectors of each operand for a thread, all loads before the first
// store.
#include "common/cuda_launch.cuh"
#include "common/vector.cuh"
#include "euler_step/euler_step_cuda.h"

namespace reflectionflow::kernels {
namespace {

template <typename T, int V>
__global__ void __launch_bounds__(kFlatThreads)
    euler_step_kernel(T* latents, const T* velocity, const float* sigma_step, int64_t elements,
                      uint32_t blocks_per_sample) {
  const FlatShare share = flat_share(blockIdx.x, threadIdx.x, blockDim.x, blocks_per_sample, V);
  latents += share.part * elements;
  velocity += share.part * elements;
  const float step = sigma_step[share.part];
  Packed<T, V> x[kFlatVectors], v[kFlatVectors];
#pragma unroll
  for (int i = 0; i < kFlatVectors; ++i) {
    const int64_t at = share.first + i * share.stride;
    if (at >= elements) break;
    x[i] = load_once<V>(latents + at);
    v[i] = load_once<V>(velocity + at);
  }
#pragma unroll
  for (int i = 0; i < kFlatVectors; ++i) {
    const int64_t at = share.first + i * share.stride;
    if (at >= elements) break;
    float sum[V], slope[V];
    unpack(x[i], sum);
    unpack(v[i], slope);
#pragma unroll
    for (int c = 0; c < V; ++c) sum[c] += step * slope[c];
    store<V>(latents + at, sum);
  }
}

}  // namespace

void euler_step_cuda(const EulerStep& op, Stream stream) {
  const FlatLaunch plan = euler_step_launch(op);
  with_device_vector(op.dtype, plan.vector, [&](auto* element, auto vector) {
    using T = std::remove_pointer_t<decltype(element)>;
    launch("euler_step", plan, stream, euler_step_kernel<T, vector()>, static_cast<T*>(op.latents),
           static_cast<const T*>(op.velocity), op.sigma_step, op.elements, plan.blocks_per_part);
  });
}

}  // namespace reflectionflow::kernels
