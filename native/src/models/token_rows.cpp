// All handles of a run's buffers are made here, once.
#include "models/token_rows.h"

#include <numeric>
#include <utility>

namespace reflectionflow {

TokenRows::TokenRows(const RowCounts& counts, int64_t width, ScalarType type, const Device& device,
                     Precision precision)
    : TokenRows(counts, Tensor::empty({counts.rows_in_all(), width}, type, device), precision) {}

TokenRows::TokenRows(const RowCounts& counts, Tensor rows, Precision precision) {
  all = std::move(rows);
  split(counts);
  if (precision == Precision::kExact) return;
  eight.all = QuantizedRows::empty(all.size(0), all.size(1), precision, all.device());
  eight.split(counts);
}

JoinedRows::JoinedRows(const RowCounts& counts, const Tensor& memory,
                       const std::vector<int64_t>& widths, bool joined) {
  const int64_t rows = counts.rows_in_all();
  const int64_t wide = std::accumulate(widths.begin(), widths.end(), int64_t{0});
  int64_t before = 0;  // columns of earlier parts
  for (int64_t width : widths) {
    part.emplace_back(counts, memory.view({rows, width}, {joined ? wide : width, 1},
                                          joined ? before : rows * before));
    before += width;
  }
  if (joined) whole = TokenRows(counts, memory.view({rows, wide}, {wide, 1}));
}

FluxWorkspace::FluxWorkspace(const FluxConfig& config, const RowCounts& row_counts, ScalarType type,
                             const Device& device)
    : counts(row_counts),
      hidden(counts, config.width(), type, device),
      normed(counts, config.width(), type, device, config.precision),
      projections(Tensor::empty({counts.rows_in_all() * (3 * config.width() + config.mlp_width())},
                                type, device)),
      qkv(counts, projections, {config.width(), config.width(), config.width()},
          config.joined_products),
      qkv_up(counts, projections,
             {config.width(), config.width(), config.width(), config.mlp_width()},
             config.joined_products),
      mlp(counts,
          projections.view({counts.rows_in_all(), config.mlp_width()}, {config.mlp_width(), 1},
                           counts.rows_in_all() * 3 * config.width()),
          config.precision),
      attention(counts, config.width(), type, device, config.precision),
      joined(counts, config.width() + config.mlp_width(), type, device, config.precision),
      projected(counts, config.width(), type, device) {
  const Shape heads{counts.batch, config.heads, counts.tokens_in_all(), config.head_size};
  q_heads = Tensor::empty(heads, type, device);
  k_heads = Tensor::empty(heads, type, device);
  v_heads = Tensor::empty(heads, type, device);
  if (config.precision == Precision::kInt8) {
    sums = ProductSums(config.joined_products ? projections.count() : mlp.all.count(), device);
  }
  if (config.cache_threshold > 0 && config.double_blocks > 0) {
    cache = std::make_unique<BlockCache>(config.cache_threshold, hidden.group[kImage]);
  }
}

}  // namespace reflectionflow
