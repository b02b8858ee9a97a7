// exp in float32 within two units in the last place, written so that loops over it become vector
// code.
#pragma once

#include "common/element.h"

namespace reflectionflow::kernels {

// NaN stays NaN; below -87.3 the result is 0 (no subnormals), above 88.7 it is infinity. The ends
// are chosen between integers: compilers keep comparisons of floats as branches, since those may
// trap.
KERNEL_INLINE float fast_exp(float x) {
  constexpr float kRounder = 12582912.0f;  // 1.5 * 2^23: adding it rounds to an integer
  const float shifted = x * 1.44269504f + kRounder;
  const float n = shifted - kRounder;
  // ln 2 in two parts; the first has few enough bits for n * part to be exact.
  const float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  // Taylor's coefficients serve: |r| <= ln(2) / 2, so the term after the last is below 2^-26.
  float sum = 1.0f / 5040;
  sum = sum * r + 1.0f / 720;
  sum = sum * r + 1.0f / 120;
  sum = sum * r + 1.0f / 24;
  sum = sum * r + 1.0f / 6;
  sum = sum * r + 0.5f;
  const float mantissa = (sum * r) * r + r + 1.0f;
  // 2^n in two factors, for n = 128 has no float of its own.
  const uint32_t exponent = bits_of(shifted) - bits_of(kRounder);
  const uint32_t half = static_cast<uint32_t>(static_cast<int32_t>(exponent) >> 1);
  const float power = float_of((half + 127u) << 23);
  const float rest = float_of((exponent - half + 127u) << 23);

  const uint32_t bits = bits_of(x);
  uint32_t result = bits_of((mantissa * power) * rest);
  result = bits > 0xc2aeac50u ? 0u : result;                                // x < -87.33655
  result = static_cast<int32_t>(bits) > 0x42b17218 ? 0x7f800000u : result;  // x > 88.72284
  result = (bits & 0x7fffffffu) > 0x7f800000u ? 0x7fc00000u : result;       // NaN
  return float_of(result);
}

}  // namespace reflectionflow::kernels
