// The formula of adaLN modulation before it is quantised, for tests and benches.
#pragma once

#include <cmath>
#include <vector>

#include "adaln_modulate_fp8/adaln_modulate_fp8.h"

namespace reflectionflow::kernels {

// x: (B, S, E) dense; shift and scale: (B, E), or (E) shared by all samples. Returns (B, S, E).
inline std::vector<float> adaln_modulate_fp8_ref(const AdalnModulateFp8& op,
                                                 const std::vector<float>& x,
                                                 const std::vector<float>& shift,
                                                 const std::vector<float>& scale) {
  std::vector<float> out(x.size());
  for (int64_t row = 0; row < op.batch * op.tokens; ++row) {
    const float* in = x.data() + row * op.width;
    const int64_t sample = row / op.tokens * op.width % static_cast<int64_t>(shift.size());
    double mean = 0, variance = 0;
    for (int64_t c = 0; c < op.width; ++c) mean += in[c] / static_cast<double>(op.width);
    for (int64_t c = 0; c < op.width; ++c) variance += (in[c] - mean) * (in[c] - mean) / op.width;
    for (int64_t c = 0; c < op.width; ++c) {
      const double normalised = (in[c] - mean) / std::sqrt(variance + op.epsilon);
      out[row * op.width + c] =
          static_cast<float>(normalised * (1.0 + scale[sample + c]) + shift[sample + c]);
    }
  }
  return out;
}

}  // namespace reflectionflow::kernels
