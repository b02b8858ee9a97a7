// The formula of the gated residual, for tests and benches.
#pragma once

#include <vector>

#include "gated_residual/gated_residual.h"

namespace reflectionflow::kernels {

// x, y: (B, S, E) dense; gate: (B, E), or (E) shared, or empty for ones. Returns (B, S, E).
inline std::vector<float> gated_residual_ref(const GatedResidual& op, const std::vector<float>& x,
                                             const std::vector<float>& y,
                                             const std::vector<float>& gate) {
  std::vector<float> out(x.size());
  for (size_t i = 0; i < x.size(); ++i) {
    const int64_t sample = static_cast<int64_t>(i) / (op.tokens * op.width);
    const size_t at = sample * op.width + i % op.width;
    out[i] = x[i] + (gate.empty() ? 1.0f : gate[at % gate.size()]) * y[i];
  }
  return out;
}

}  // namespace reflectionflow::kernels
