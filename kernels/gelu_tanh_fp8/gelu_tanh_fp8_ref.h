// The formula of GELU before it is quantised, for tests and benches.
#pragma once

#include <cmath>
#include <vector>

namespace reflectionflow::kernels {

inline std::vector<float> gelu_tanh_fp8_ref(const std::vector<float>& x) {
  std::vector<float> out(x.size());
  for (size_t i = 0; i < x.size(); ++i) {
    const double value = x[i];
    const double inner =
        std::sqrt(2.0 / 3.14159265358979323846) * (value + 0.044715 * value * value * value);
    out[i] = static_cast<float>(0.5 * value * (1.0 + std::tanh(inner)));
  }
  return out;
}

}  // namespace reflectionflow::kernels
