// The formula of GroupNorm and SiLU, for tests and benches.
#pragma once

#include <cmath>
#include <vector>

#include "group_norm_silu/group_norm_silu.h"

namespace reflectionflow::kernels {

// x: (B, pixels, C); weight and bias: (C). Returns (B, pixels, C).
inline std::vector<float> group_norm_silu_ref(const GroupNormSilu& op, const std::vector<float>& x,
                                              const std::vector<float>& weight,
                                              const std::vector<float>& bias) {
  std::vector<float> out(x.size());
  const int64_t size = op.channels / op.groups, count = size * op.pixels;
  for (int64_t b = 0; b < op.batch; ++b) {
    for (int64_t g = 0; g < op.groups; ++g) {
      const auto at = [&](int64_t i) {  // i-th element of the group
        return (b * op.pixels + i / size) * op.channels + g * size + i % size;
      };
      double mean = 0, variance = 0;
      for (int64_t i = 0; i < count; ++i) mean += x[at(i)] / static_cast<double>(count);
      for (int64_t i = 0; i < count; ++i) variance += (x[at(i)] - mean) * (x[at(i)] - mean) / count;
      for (int64_t i = 0; i < count; ++i) {
        const int64_t c = g * size + i % size;
        const double y = (x[at(i)] - mean) / std::sqrt(variance + op.epsilon) * weight[c] + bias[c];
        out[at(i)] = static_cast<float>(op.silu ? y / (1 + std::exp(-y)) : y);
      }
    }
  }
  return out;
}

}  // namespace reflectionflow::kernels
