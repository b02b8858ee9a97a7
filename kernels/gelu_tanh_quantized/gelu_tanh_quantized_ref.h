// The formula of GELU before it is quantised, for tests and benches.
#pragma once

#include "common/row_formulas_ref.h"

namespace reflectionflow::kernels {

inline std::vector<float> gelu_tanh_quantized_ref(const std::vector<float>& x) {
  return gelu_ref(x);
}

}  // namespace reflectionflow::kernels
