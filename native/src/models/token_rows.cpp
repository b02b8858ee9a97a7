// All handles of a run's buffers are made here, once.
#include "models/token_rows.h"

namespace reflectionflow {

TokenRows::TokenRows(const RowCounts& counts, int64_t width, ScalarType type, const Device& device)
    : all(Tensor::empty({counts.batch * counts.tokens_in_all(), width}, type, device)),
      picture(all.rows(counts.rows(kText), counts.rows(kImage) + counts.rows(kCondition))) {
  int64_t first = 0;
  for (int g = 0; g < counts.groups(); ++g) {
    group[g] = all.rows(first, counts.rows(g));
    first += counts.rows(g);
  }
}

FluxWorkspace::FluxWorkspace(const FluxConfig& config, const RowCounts& row_counts, ScalarType type,
                             const Device& device)
    : counts(row_counts),
      hidden(counts, config.width(), type, device),
      normed(counts, config.width(), type, device),
      q(counts, config.width(), type, device),
      k(counts, config.width(), type, device),
      v(counts, config.width(), type, device),
      attention(counts, config.width(), type, device),
      mlp(counts, config.mlp_width(), type, device),
      joined(counts, config.width() + config.mlp_width(), type, device),
      projected(counts, config.width(), type, device) {
  const Shape heads{counts.batch, config.heads, counts.tokens_in_all(), config.head_size};
  q_heads = Tensor::empty(heads, type, device);
  k_heads = Tensor::empty(heads, type, device);
  v_heads = Tensor::empty(heads, type, device);
}

}  // namespace reflectionflow
