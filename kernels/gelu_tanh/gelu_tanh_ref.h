// The formula of GELU in its tanh approximation, for tests and benches.
#pragma once

#include "common/row_formulas_ref.h"

namespace reflectionflow::kernels {

inline std::vector<float> gelu_tanh_ref(const std::vector<float>& x) { return gelu_ref(x); }

}  // namespace reflectionflow::kernels
