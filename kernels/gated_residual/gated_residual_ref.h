// The formula of the gated residual, for tests and benches.
#pragma once

#include "common/row_formulas_ref.h"
#include "gated_residual/gated_residual.h"

namespace reflectionflow::kernels {

// x, y: (B, S, E) dense; gate: (B, E), or (E) shared, or empty for ones. Returns (B, S, E).
inline std::vector<float> gated_residual_ref(const GatedResidual& op, const std::vector<float>& x,
                                             const std::vector<float>& y,
                                             const std::vector<float>& gate) {
  return gated_sum_ref(op, x, y, gate);
}

}  // namespace reflectionflow::kernels
