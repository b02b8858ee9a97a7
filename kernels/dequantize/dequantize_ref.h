// The formula of dequantisation, for tests and benches.
#pragma once

#include <cstdint>
#include <vector>

namespace reflectionflow::kernels {

// sums: (rows, width), row_scale: (rows), column_scale and bias: (width). Returns (rows, width).
inline std::vector<float> dequantize_ref(const std::vector<float>& sums,
                                         const std::vector<float>& row_scale,
                                         const std::vector<float>& column_scale,
                                         const std::vector<float>& bias) {
  std::vector<float> out(sums.size());
  for (size_t i = 0; i < out.size(); ++i) {
    const size_t row = i / bias.size(), column = i % bias.size();
    out[i] = static_cast<float>(static_cast<double>(sums[i]) * row_scale[row] *
                                    static_cast<double>(column_scale[column]) +
                                static_cast<double>(bias[column]));
  }
  return out;
}

}  // namespace reflectionflow::kernels
