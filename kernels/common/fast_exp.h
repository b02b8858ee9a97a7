// exp in float32 within two units in the last place, written so that loops over it become vector code.
#pragma once

#include <limits>

#include "common/element.h"

namespace reflectionflow::kernels {

// NaN stays NaN; below -87.3 the result is 0 (no subnormals), above 88.7 it is infinity.
__attribute__((always_inline)) inline float fast_exp(float x) {
  constexpr float kLowest = -87.33654f;
  constexpr float kHighest = 88.72283f;
  constexpr float kRounder = 12582912.0f;  // 1.5 * 2^23: adding it rounds to an integer
  float clamped = x < kLowest ? kLowest : x;
  clamped = clamped > kHighest ? kHighest : clamped;
  const float shifted = clamped * 1.44269504f + kRounder;
  const float n = shifted - kRounder;
  // ln 2 in two parts; the first has few enough bits for n * part to be exact.
  const float r = (clamped - n * 0.693359375f) + n * 2.12194440e-4f;
  // Taylor's coefficients serve: |r| <= ln(2) / 2, so the term after the last is below 2^-26.
  float sum = 1.0f / 5040;
  sum = sum * r + 1.0f / 720;
  sum = sum * r + 1.0f / 120;
  sum = sum * r + 1.0f / 24;
  sum = sum * r + 1.0f / 6;
  sum = sum * r + 0.5f;
  const float result = (sum * r) * r + r + 1.0f;
  // 2^n in two factors, for n = 128 has no float of its own.
  const uint32_t exponent = bits_of(shifted) - bits_of(kRounder);
  const uint32_t half = static_cast<uint32_t>(static_cast<int32_t>(exponent) >> 1);
  const float power = float_of((half + 127u) << 23);
  const float rest = float_of((exponent - half + 127u) << 23);
  const float scaled = (result * power) * rest;
  return x < kLowest ? 0.0f : (x > kHighest ? std::numeric_limits<float>::infinity() : scaled);
}

}  // namespace reflectionflow::kernels
