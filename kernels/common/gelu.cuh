// GELU of one element on CUDA, for the kernel of its own and for those that go on with it.
#pragma once

#include "common/gelu_formula.h"

namespace reflectionflow::kernels {

// Within 2^-22 of the power; 0 below 2^-126.
__device__ __forceinline__ float fast_power_of_two(float exponent) {
  float power;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(power) : "f"(exponent));
  return power;
}

__device__ __forceinline__ float gelu(float x) {
  return gelu_by(x, fast_power_of_two, [](float a, float b) { return __fdividef(a, b); });
}

}  // namespace reflectionflow::kernels
