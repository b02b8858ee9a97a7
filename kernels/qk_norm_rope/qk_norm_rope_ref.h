// The formula of QK-norm and RoPE, for tests and benches.
#pragma once

#include <cmath>
#include <vector>

#include "qk_norm_rope/qk_norm_rope.h"

namespace reflectionflow::kernels {

// Where row s of group g, head h, begins in (B, H, S, D).
inline int64_t attention_row_ref(const QkNormRope& op, int64_t b, int64_t h, int g, int64_t s) {
  int64_t sequence = 0, position = s;
  for (int i = 0; i < op.groups; ++i) sequence += op.group[i].tokens;
  for (int i = 0; i < g; ++i) position += op.group[i].tokens;
  return ((b * op.heads + h) * sequence + position) * op.head_size;
}

// One group's rows (B, S_group, H*D) dense into their places of out (B, H, S, D), unchanged.
inline void arrange_ref(const QkNormRope& op, int g, const std::vector<float>& rows,
                        std::vector<float>* out) {
  const int64_t width = op.heads * op.head_size;
  for (int64_t i = 0; i < static_cast<int64_t>(rows.size()); ++i) {
    const int64_t row = i / width, h = i % width / op.head_size;
    const int64_t to =
        attention_row_ref(op, row / op.group[g].tokens, h, g, row % op.group[g].tokens);
    (*out)[to + i % op.head_size] = rows[i];
  }
}

// x / rms(x) * weight, then (even, odd) -> (even cos - odd sin, odd cos + even sin), on out's rows
// of group g in place.
inline void norm_rope_ref(const QkNormRope& op, int g, const std::vector<float>& weight,
                          const std::vector<float>& cosine, const std::vector<float>& sine,
                          std::vector<float>* out) {
  const int64_t pairs = op.head_size / 2;
  for (int64_t i = 0; i < op.batch * op.heads * op.group[g].tokens; ++i) {
    const int64_t s = i % op.group[g].tokens, bh = i / op.group[g].tokens;
    float* x = out->data() + attention_row_ref(op, bh / op.heads, bh % op.heads, g, s);
    const int64_t table = attention_row_ref(op, 0, 0, g, s) / 2;
    double squares = 0;
    for (int64_t d = 0; d < op.head_size; ++d) squares += static_cast<double>(x[d]) * x[d];
    const double inverse = 1 / std::sqrt(squares / op.head_size + op.epsilon);
    for (int64_t p = 0; p < pairs; ++p) {
      const double even = x[2 * p] * inverse * weight[2 * p],
                   odd = x[2 * p + 1] * inverse * weight[2 * p + 1];
      x[2 * p] = static_cast<float>(even * cosine[table + p] - odd * sine[table + p]);
      x[2 * p + 1] = static_cast<float>(odd * cosine[table + p] + even * sine[table + p]);
    }
  }
}

}  // namespace reflectionflow::kernels
