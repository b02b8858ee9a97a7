// All handles of a run's buffers are made here, once.
#include "models/token_rows.h"

namespace reflectionflow {

TokenRows::TokenRows(const RowCounts& counts, int64_t width, ScalarType type, const Device& device,
                     Precision precision) {
  const int64_t rows = counts.batch * counts.tokens_in_all();
  all = Tensor::empty({rows, width}, type, device);
  split(counts);
  if (precision == Precision::kExact) return;
  eight.all = QuantizedRows::empty(rows, width, precision, device);
  eight.split(counts);
}

FluxWorkspace::FluxWorkspace(const FluxConfig& config, const RowCounts& row_counts, ScalarType type,
                             const Device& device)
    : counts(row_counts),
      hidden(counts, config.width(), type, device),
      normed(counts, config.width(), type, device, config.precision),
      q(counts, config.width(), type, device),
      k(counts, config.width(), type, device),
      v(counts, config.width(), type, device),
      attention(counts, config.width(), type, device, config.precision),
      mlp(counts, config.mlp_width(), type, device, config.precision),
      joined(counts, config.width() + config.mlp_width(), type, device, config.precision),
      projected(counts, config.width(), type, device) {
  const Shape heads{counts.batch, config.heads, counts.tokens_in_all(), config.head_size};
  q_heads = Tensor::empty(heads, type, device);
  k_heads = Tensor::empty(heads, type, device);
  v_heads = Tensor::empty(heads, type, device);
  if (config.precision == Precision::kInt8) {
    sums = ProductSums(counts.batch * counts.tokens_in_all() * config.mlp_width(), device);
  }
  if (config.cache_threshold > 0 && config.double_blocks > 0) {
    cache = std::make_unique<BlockCache>(config.cache_threshold, hidden.group[kImage]);
  }
}

}  // namespace reflectionflow
