// Views name the groups' tokens; only the output is copied.
#include "models/library_attention.h"

#include "torch/ops.h"

namespace reflectionflow {
namespace {

// Tokens first, first + 1, ... of (B, H, S, D).
Tensor tokens_of(const Tensor& heads, int64_t first, int64_t count) {
  return heads.view({heads.size(0), heads.size(1), count, heads.size(3)}, heads.strides(),
                    first * heads.strides()[2]);
}

// The first H*D columns of a group's rows (B * S, C) as (B, H, S, D).
Tensor heads_in(const Tensor& rows, const Shape& heads, int64_t tokens) {
  const int64_t row = rows.strides()[0];
  return rows.view({heads[0], heads[1], tokens, heads[3]}, {tokens * row, heads[3], row, 1});
}

// One attention over neighbouring groups, from this token on.
void attend(const FluxWorkspace& rows, double scale, int first_group, int last_group,
            TokenRows& out) {
  const RowCounts& counts = rows.counts;
  int64_t before = 0, tokens = 0;
  for (int g = 0; g < first_group; ++g) before += counts.tokens[g];
  for (int g = first_group; g <= last_group; ++g) tokens += counts.tokens[g];
  const Tensor seen = ops::attention(tokens_of(rows.q_heads, before, tokens),
                                     tokens_of(rows.k_heads, before, tokens),
                                     tokens_of(rows.v_heads, before, tokens), scale);
  int64_t first = 0;
  for (int g = first_group; g <= last_group; ++g) {
    Tensor target = heads_in(out.group[g], rows.q_heads.sizes(), counts.tokens[g]);
    ops::copy(target, tokens_of(seen, first, counts.tokens[g]));
    first += counts.tokens[g];
  }
}

}  // namespace

void library_attention(const FluxWorkspace& rows, double scale, bool condition_apart,
                       TokenRows& out) {
  const int last = rows.counts.groups() - 1;
  if (last == kCondition && condition_apart) {
    attend(rows, scale, kText, kImage, out);
    attend(rows, scale, kCondition, kCondition, out);
  } else {
    attend(rows, scale, kText, last, out);
  }
}

}  // namespace reflectionflow
