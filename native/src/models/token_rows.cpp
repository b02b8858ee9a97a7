// All handles of a run's buffers are made here, once.
#include "models/token_rows.h"

namespace reflectionflow {

TokenRows::TokenRows(const RowCounts& counts, int64_t width, ScalarType type)
    : all(Tensor::empty({counts.batch * counts.tokens_in_all(), width}, type)),
      picture(all.rows(counts.rows(kText), counts.rows(kImage) + counts.rows(kCondition))) {
  int64_t first = 0;
  for (int g = 0; g < counts.groups(); ++g) {
    group[g] = all.rows(first, counts.rows(g));
    first += counts.rows(g);
  }
}

FluxWorkspace::FluxWorkspace(const FluxConfig& config, const RowCounts& row_counts, ScalarType type)
    : counts(row_counts),
      hidden(counts, config.width(), type),
      normed(counts, config.width(), type),
      q(counts, config.width(), type),
      k(counts, config.width(), type),
      v(counts, config.width(), type),
      attention(counts, config.width(), type),
      mlp(counts, config.mlp_width(), type),
      joined(counts, config.width() + config.mlp_width(), type),
      projected(counts, config.width(), type) {
  const Shape heads{counts.batch, config.heads, counts.tokens_in_all(), config.head_size};
  q_heads = Tensor::empty(heads, type);
  k_heads = Tensor::empty(heads, type);
  v_heads = Tensor::empty(heads, type);
}

}  // namespace reflectionflow
