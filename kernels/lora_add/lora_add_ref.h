// The formula of the low-rank product that is added, for tests and benches.
#pragma once

#include <vector>

#include "lora_add/lora_add.h"

namespace reflectionflow::kernels {

// down: (rows, rank); up: (width, rank); out: (rows, width). Returns (rows, width).
inline std::vector<float> lora_add_ref(const LoraAdd& op, const std::vector<float>& down,
                                       const std::vector<float>& up,
                                       const std::vector<float>& out) {
  std::vector<float> sums(out.size());
  for (int64_t row = 0; row < op.rows; ++row) {
    for (int64_t c = 0; c < op.width; ++c) {
      double sum = 0;
      for (int64_t r = 0; r < op.rank; ++r)
        sum += static_cast<double>(down[row * op.rank + r]) * up[c * op.rank + r];
      sums[row * op.width + c] = static_cast<float>(out[row * op.width + c] + op.scale * sum);
    }
  }
  return sums;
}

}  // namespace reflectionflow::kernels
