// Buffers of a run: one row for each token, text rows of all samples first, then image rows, then
// condition rows.
//
// The rows of a group follow each other, and so do those of the whole: products over one stream or
// over all of them need neither concatenation nor copies. Only columns of wider rows, see
// JoinedRows, are not contiguous.
#pragma once

#include <memory>
#include <utility>
#include <vector>

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
  int64_t rows_in_all() const { return batch * tokens_in_all(); }
  int64_t tokens_in_all() const { return tokens[kText] + tokens[kImage] + tokens[kCondition]; }
};

// Neighbouring groups that a product takes at once.
enum class Span { kText, kPicture, kAll };

template <typename Rows>
struct Grouped {
  Rows all;       // (B * S, C)
  Rows group[3];  // (B * S_group, C); no condition: undefined
  Rows picture;   // image and condition rows, which share weights

  const Rows& of(Span span) const {
    return span == Span::kText ? group[kText] : span == Span::kPicture ? picture : all;
  }
  Rows& of(Span span) { return const_cast<Rows&>(std::as_const(*this).of(span)); }

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
  TokenRows() = default;
  // rows: (B * S, C), a view of another tensor's memory.
  TokenRows(const RowCounts& counts, Tensor rows, Precision precision = Precision::kExact);
  TokenRows(const RowCounts& counts, int64_t width, ScalarType type, const Device& device,
            Precision precision = Precision::kExact);

  Grouped<QuantizedRows> eight;  // what products in eight bits take of them; else undefined
};

// What layers of the same rows write: each its own memory, contiguous, or as one product its
// columns of wider rows.
struct JoinedRows {
  JoinedRows(const RowCounts& counts, const Tensor& memory, const std::vector<int64_t>& widths,
             bool joined);

  std::vector<TokenRows> part;
  TokenRows whole;  // (.., sum of widths); undefined where not joined
};

// Every buffer that a step writes to.
struct FluxWorkspace {
  FluxWorkspace(const FluxConfig& config, const RowCounts& counts, ScalarType type,
                const Device& device);

  RowCounts counts;
  TokenRows hidden;     // (.., E) the residual stream
  TokenRows normed;     // (.., E) after adaLN
  Tensor projections;   // (rows * 7E) of all tokens: the memory of the next three
  JoinedRows qkv;       // (.., E) each: q, k, v of the double blocks
  JoinedRows qkv_up;    // (.., E) thrice and (.., 4E): q, k, v and MLP of the single blocks
  TokenRows mlp;        // (.., 4E) of the double blocks, behind their q, k, v
  TokenRows attention;  // (.., E) output of the double blocks' attention
  TokenRows joined;     // (.., 5E) attention and MLP side by side for the single blocks
  TokenRows projected;  // (.., E) what the gates weigh
  Tensor q_heads;       // (B, H, S, D)
  Tensor k_heads;       // (B, H, S, D)
  Tensor v_heads;       // (B, H, S, D)
  AdapterScratch adapters;
  ProductSums sums;                   // of int8 products
  std::unique_ptr<BlockCache> cache;  // null: every step is taken in full
};

}  // namespace reflectionflow
