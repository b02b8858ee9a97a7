// A block's dynamic shared memory.
#pragma once

#include <cuda_runtime.h>

namespace reflectionflow::kernels {

// Aligned as the hardware's swizzle wants its tiles.
template <typename T>
__device__ __forceinline__ T* dynamic_shared() {
  extern __shared__ __align__(1024) unsigned char memory[];
  return reinterpret_cast<T*>(memory);
}

}  // namespace reflectionflow::kernels
