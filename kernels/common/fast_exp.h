// exp in float32 within two units in the last place, written so that loops over it become vector
// code.
#pragma once

#include "common/element.h"

namespace reflectionflow::kernels {

// NaN stays NaN; below -87.3 the result is 0 (no subnormals), above 88 it is infinity, so that 2^n
// is a float.
KERNEL_INLINE float fast_exp(float x) {
  constexpr float kRounder = 12582912.0f;  // 1.5 * 2^23: adding it rounds to an integer
  const float shifted = x * 1.44269504f + kRounder;
  const float n = shifted - kRounder;
  // ln 2 in two parts; the first has few enough bits for n * part to be exact.
  const float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  // Taylor's coefficients serve: |r| <= ln(2) / 2, so the term after the last is below 2^-26. In
  // pairs: a chain of sums would wait for each one's latency.
  const float square = r * r;
  const float low = (1.0f / 6) * r + 0.5f, middle = (1.0f / 120) * r + 1.0f / 24;
  const float high = (1.0f / 5040) * r + 1.0f / 720;
  const float mantissa = ((high * square + middle) * square + low) * square + r + 1.0f;
  const float power = float_of((bits_of(shifted) - bits_of(kRounder) + 127u) << 23);
  float result = mantissa * power;
  result = x < -87.33655f ? 0.0f : result;
  return x > 88.0f ? float_of(0x7f800000u) : result;
}

}  // namespace reflectionflow::kernels
