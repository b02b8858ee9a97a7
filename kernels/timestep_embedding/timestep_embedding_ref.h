// The formula of the sinusoidal embedding, for tests.
#pragma once

#include <cmath>
#include <vector>

#include "timestep_embedding/timestep_embedding.h"

namespace reflectionflow::kernels {

// values: (N). Returns (N, 2 * frequencies). Frequencies and angles are part of the formula as
// float32: the model was trained on them.
inline std::vector<float> timestep_embedding_ref(const TimestepEmbedding& op,
                                                 const std::vector<float>& values) {
  std::vector<float> out;
  for (const float value : values) {
    std::vector<double> angles;
    for (int64_t i = 0; i < op.frequencies; ++i) {
      const float exponent = static_cast<float>(-std::log(10000.0)) * static_cast<float>(i) /
                             static_cast<float>(op.frequencies);
      angles.push_back(value * static_cast<float>(std::exp(static_cast<double>(exponent))));
    }
    for (const double angle : angles) out.push_back(static_cast<float>(std::cos(angle)));
    for (const double angle : angles) out.push_back(static_cast<float>(std::sin(angle)));
  }
  return out;
}

}  // namespace reflectionflow::kernels
