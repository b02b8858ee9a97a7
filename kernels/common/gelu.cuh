// GELU of one element on CUDA, for the kernel of its own and for those that go on with it.
#pragma once

#include "common/gelu_formula.h"
#include "common/ptx.cuh"

namespace reflectionflow::kernels {

__device__ __forceinline__ float gelu(float x) {
  return gelu_by(x, fast_power_of_two, [](float a, float b) { return __fdividef(a, b); });
}

}  // namespace reflectionflow::kernels
