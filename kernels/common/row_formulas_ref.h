// The formulas of row_formulas.h as references write them: one text for every kernel that is made
// of them.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

namespace reflectionflow::kernels {

// x + gate * y. x, y: (B, S, E) dense; gate: (B, E), or (E) shared, or empty for ones. Returns
// (B, S, E). Op has tokens and width.
template <typename Op>
std::vector<float> gated_sum_ref(const Op& op, const std::vector<float>& x,
                                 const std::vector<float>& y, const std::vector<float>& gate) {
  std::vector<float> out(x.size());
  for (size_t i = 0; i < x.size(); ++i) {
    const int64_t sample = static_cast<int64_t>(i) / (op.tokens * op.width);
    const size_t at = sample * op.width + i % op.width;
    out[i] = x[i] + (gate.empty() ? 1.0f : gate[at % gate.size()]) * y[i];
  }
  return out;
}

// layer_norm(x) * (1 + scale) + shift. x: (B, S, E) dense; shift and scale: (B, E), or (E) shared
// by all samples. Returns (B, S, E). Op has batch, tokens, width and epsilon.
template <typename Op>
std::vector<float> modulated_ref(const Op& op, const std::vector<float>& x,
                                 const std::vector<float>& shift, const std::vector<float>& scale) {
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

// GELU in its tanh approximation.
inline std::vector<float> gelu_ref(const std::vector<float>& x) {
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
