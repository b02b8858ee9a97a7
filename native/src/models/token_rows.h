// Buffers of a run: one row for each token, text rows of all samples first, then image rows, then
// condition rows.
//
// Each group is contiguous for itself, (B * S_group, C), and so is the whole: products over one
// stream or over all of them need neither concatenation nor copies.
#pragma once

#include <memory>

#include "models/block_cache.h"
#include "models/flux_config.h"
#include "models/linear.h"

namespace reflectionflow {

enum Group { kText, kImage, kCondition };

struct RowCounts {
  int64_t batch = 0;
  int64_t tokens[3] = {};  // of one sample in each group; no condition: 0

  int groups() const { return tokens[kCondition] > 0 ? 3 : 2; }
  int64_t rows(int group) const { return batch * tokens[group]; }
  int64_t tokens_in_all() const { return tokens[kText] + tokens[kImage] + tokens[kCondition]; }
};

template <typename Rows>
struct Grouped {
  Rows all;       // (B * S, C)
  Rows group[3];  // (B * S_group, C); no condition: undefined
  Rows picture;   // image and condition rows, which share weights

  void split(const RowCounts& counts) {
    int64_t first = 0;
    for (int g = 0; g < counts.groups(); ++g) {
      group[g] = all.rows(first, counts.rows(g));
      first += counts.rows(g);
    }
    picture = all.rows(counts.rows(kText), counts.rows(kImage) + counts.rows(kCondition));
  }
};

struct TokenRows : Grouped<Tensor> {
  TokenRows(const RowCounts& counts, int64_t width, ScalarType type, const Device& device,
            Precision precision = Precision::kExact);

  Grouped<QuantizedRows> eight;  // what products in eight bits take of them; else undefined
};

// Every buffer that a step writes to.
struct FluxWorkspace {
  FluxWorkspace(const FluxConfig& config, const RowCounts& counts, ScalarType type,
                const Device& device);

  RowCounts counts;
  TokenRows hidden;     // (.., E) the residual stream
  TokenRows normed;     // (.., E) after adaLN
  TokenRows q;          // (.., E)
  TokenRows k;          // (.., E)
  TokenRows v;          // (.., E)
  TokenRows attention;  // (.., E) output of the double blocks' attention
  TokenRows mlp;        // (.., 4E)
  TokenRows joined;     // (.., 5E) attention and MLP side by side for the single blocks
  TokenRows projected;  // (.., E) what the gates weigh
  Tensor q_heads;       // (B, H, S, D)
  Tensor k_heads;       // (B, H, S, D)
  Tensor v_heads;       // (B, H, S, D)
  AdapterScratch adapters;
  ProductSums sums;  // of int8 products, the largest of which is mlp
  std::unique_ptr<BlockCache> cache;  // null: every step is taken in full
};

}  // namespace reflectionflow
