// The formula of a convolution, for tests and benches.
#pragma once

#include <vector>

#include "convolution/convolution.h"

namespace reflectionflow::kernels {

// x: (B, H, W, C); weights: (O, C, rows, columns); bias: (O); residual: (B, H_out, W_out, O) or
// empty. Returns (B, H_out, W_out, O).
inline std::vector<float> convolution_ref(const Convolution& op, const std::vector<float>& x,
                                          const std::vector<float>& weights,
                                          const std::vector<float>& bias,
                                          const std::vector<float>& residual) {
  const ConvolutionFilter& f = op.filter;
  std::vector<float> out(
      static_cast<size_t>(op.batch * op.out_height * op.out_width * f.out_channels));
  size_t at = 0;
  for (int64_t b = 0; b < op.batch; ++b) {
    for (int64_t i = 0; i < op.out_height; ++i) {
      for (int64_t j = 0; j < op.out_width; ++j) {
        for (int64_t o = 0; o < f.out_channels; ++o, ++at) {
          double sum = bias[o] + (residual.empty() ? 0.0 : residual[at]);
          for (int64_t r = 0; r < f.rows; ++r) {
            for (int64_t s = 0; s < f.columns; ++s) {
              const int64_t y = i * op.stride + r - op.top, z = j * op.stride + s - op.left;
              if (y < 0 || y >= op.height || z < 0 || z >= op.width) continue;
              for (int64_t c = 0; c < f.in_channels; ++c) {
                sum += static_cast<double>(
                           x[((b * op.height + y) * op.width + z) * f.in_channels + c]) *
                       weights[((o * f.in_channels + c) * f.rows + r) * f.columns + s];
              }
            }
          }
          out[at] = static_cast<float>(sum);
        }
      }
    }
  }
  return out;
}

}  // namespace reflectionflow::kernels
