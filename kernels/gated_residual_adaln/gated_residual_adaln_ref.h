// The formula of the gated residual and the modulation after it, for tests and benches.
#pragma once

#include <utility>

#include "common/row_formulas_ref.h"
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
  std::vector<float> sum = gated_sum_ref(op, x, y, gate);
  std::vector<float> modulated = modulated_ref(op, sum, shift, scale);
  return {std::move(sum), std::move(modulated)};
}

}  // namespace reflectionflow::kernels
