// The formula of row-wise quantisation, for tests and benches.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "common/kernel.h"

namespace reflectionflow::kernels {

// The pattern of the e4m3 value nearest to x, the even one of two; searched among all of them.
inline uint8_t nearest_float8_ref(float x) {
  if (std::isnan(x)) return 0x7f;
  const double magnitude = std::min(std::fabs(static_cast<double>(x)), 448.0);
  int nearest = 0;
  double gap = magnitude;
  for (int code = 1; code < 0x7f; ++code) {
    const int exponent = code >> 3, mantissa = code & 7;
    const double value =
        exponent == 0 ? std::ldexp(mantissa, -9) : std::ldexp(8 + mantissa, exponent - 10);
    const double distance = std::fabs(magnitude - value);
    if (distance < gap || (distance == gap && code % 2 == 0)) {
      nearest = code;
      gap = distance;
    }
  }
  return static_cast<uint8_t>(nearest | (std::signbit(x) ? 0x80 : 0));
}

// The pattern of the integer nearest to x, the even one of two, 0 for NaN.
inline uint8_t nearest_int8_ref(float x) {
  if (std::isnan(x)) return 0;
  const double bounded = std::max(-127.0, std::min(127.0, static_cast<double>(x)));
  double nearest = std::floor(bounded + 0.5);
  if (nearest - bounded == 0.5 && std::fmod(nearest, 2) != 0) nearest -= 1;
  return static_cast<uint8_t>(static_cast<int8_t>(nearest));
}

// x: (rows, width). Returns the patterns, (rows, width), and the scales, (rows).
inline std::vector<std::vector<float>> quantize_ref(EightBits format, int64_t width,
                                                    const std::vector<float>& x) {
  const bool integers = format == EightBits::kInt8;
  const float most = integers ? 127 : 448;
  std::vector<float> patterns(x.size()), scales(x.size() / width);
  for (size_t row = 0; row < scales.size(); ++row) {
    float largest = 0x1p-40f;
    for (int64_t c = 0; c < width; ++c) {
      const float magnitude = std::fabs(x[row * width + c]);
      largest = std::isnan(magnitude) || magnitude > largest ? magnitude : largest;
      if (std::isnan(largest)) break;
    }
    scales[row] = largest / most;
    for (int64_t c = 0; c < width; ++c) {
      const float scaled = x[row * width + c] * (most / largest);
      patterns[row * width + c] = integers ? nearest_int8_ref(scaled) : nearest_float8_ref(scaled);
    }
  }
  return {patterns, scales};
}

}  // namespace reflectionflow::kernels
