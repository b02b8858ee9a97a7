// What common/shared_memory.cuh gives a block, for the CPU.
#pragma once

#include <cuda_runtime.h>

namespace reflectionflow::kernels {

template <typename T>
T* dynamic_shared() {
  return reinterpret_cast<T*>(emulation::shared());
}

}  // namespace reflectionflow::kernels
