// The formula of the gated residual and the modulation after it, for tests and benches.
#pragma once

#include <cmath>
#include <utility>
#include <vector>

#include "gated_residual_adaln/gated_residual_adaln.h"

namespace reflectionflow::kernels {

// x, y: (B, S, E) dense; gate, shift, scale: (B, E), or (E) shared by all samples. Returns the sum
// and its modulation, (B, S, E) each.
inline std::vector<std::vector<float>> gated_residual_adaln_ref(const GatedResidualAdaln& op,
                                                                const std::vector<float>& x,
                                                                const std::vector<float>& y,
                                                                const std::vector<float>& gate,
                                                                const std::vector<float>& shift,
                                                                const std::vector<float>& scale) {
  std::vector<float> sum(x.size()), out(x.size());
  for (int64_t row = 0; row < op.batch * op.tokens; ++row) {
    const int64_t first = row * op.width;
    const int64_t sample = row / op.tokens * op.width % static_cast<int64_t>(gate.size());
    double mean = 0, variance = 0;
    for (int64_t c = 0; c < op.width; ++c) {
      sum[first + c] = x[first + c] + gate[sample + c] * y[first + c];
      mean += sum[first + c] / static_cast<double>(op.width);
    }
    for (int64_t c = 0; c < op.width; ++c)
      variance += (sum[first + c] - mean) * (sum[first + c] - mean) / op.width;
    for (int64_t c = 0; c < op.width; ++c) {
      const double normalised = (sum[first + c] - mean) / std::sqrt(variance + op.epsilon);
      out[first + c] =
          static_cast<float>(normalised * (1.0 + scale[sample + c]) + shift[sample + c]);
    }
  }
  return {std::move(sum), std::move(out)};
}

}  // namespace reflectionflow::kernels
