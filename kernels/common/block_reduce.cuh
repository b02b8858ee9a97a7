// Sums over the threads of a warp or a block, in an order that does not change from run to run.
#pragma once

#include <cuda_runtime.h>

namespace reflectionflow::kernels {

// The sum of all 32 lanes, in every lane: a butterfly, so that all of them get the same bits.
__device__ __forceinline__ float warp_sum(float value) {
#pragma unroll
  for (int distance = 16; distance > 0; distance /= 2)
    value += __shfl_xor_sync(0xffffffffu, value, distance);
  return value;
}

__device__ __forceinline__ float warp_max(float value) {
#pragma unroll
  for (int distance = 16; distance > 0; distance /= 2)
    value = fmaxf(value, __shfl_xor_sync(0xffffffffu, value, distance));
  return value;
}

// The sum over the block, in every thread, called by all threads of whole warps. `partials` holds
// 32 floats of shared memory that no other reduction uses until the next barrier: callers in a row
// alternate between two of them, which spares a barrier at the end.
__device__ __forceinline__ float block_sum(float value, float* partials) {
  const unsigned lane = threadIdx.x % 32, warp = threadIdx.x / 32, warps = blockDim.x / 32;
  value = warp_sum(value);
  if (warps == 1) return value;
  if (lane == 0) partials[warp] = value;
  __syncthreads();
  return warp_sum(lane < warps ? partials[lane] : 0.0f);
}

}  // namespace reflectionflow::kernels
