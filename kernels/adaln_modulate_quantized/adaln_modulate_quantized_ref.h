// The formula of adaLN modulation before it is quantised, for tests and benches.
#pragma once

#include "adaln_modulate_quantized/adaln_modulate_quantized.h"
#include "common/row_formulas_ref.h"

namespace reflectionflow::kernels {

// x: (B, S, E) dense; shift and scale: (B, E), or (E) shared by all samples. Returns (B, S, E).
inline std::vector<float> adaln_modulate_quantized_ref(const AdalnModulateQuantized& op,
                                                       const std::vector<float>& x,
                                                       const std::vector<float>& shift,
                                                       const std::vector<float>& scale) {
  return modulated_ref(op, x, shift, scale);
}

}  // namespace reflectionflow::kernels
