// GELU of one row in its tanh approximation, alone or before the row is quantised.
#pragma once

#include "common/fast_exp.h"

namespace reflectionflow::kernels {

template <typename T>
KERNEL_INLINE void gelu_row(const T* x, T* out, int64_t width) {
  constexpr float kTwiceRootOfTwoOverPi = 1.595769122f;
  constexpr float kCubic = kTwiceRootOfTwoOverPi * 0.044715f;
#pragma omp simd
  for (int64_t c = 0; c < width; ++c) {
    const float value = load(x + c);
    // 0.5 * (1 + tanh(u)) = 1 / (1 + exp(-2u)), which keeps its precision where tanh nears -1.
    const float square = value * value;
    const float twice = value * (kTwiceRootOfTwoOverPi + kCubic * square);
    store(out + c, value / (1.0f + fast_exp(-twice)));
  }
}

}  // namespace reflectionflow::kernels
