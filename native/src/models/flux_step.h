// What the blocks do with the rows of a run at one step: a kernel or a product over some of the row
// groups.
#pragma once

#include "models/flux_constants.h"
#include "models/joined_linear.h"

namespace reflectionflow {

// RMSNorm weights of q and k, (D) each.
struct HeadNorm {
  HeadNorm(WeightMap& weights, const std::string& name, int64_t head_size, ScalarType type);
  Tensor q;
  Tensor k;
};

class FluxStep {
 public:
  FluxStep(const FluxConfig& config, const FluxConstants& constants, FluxWorkspace& rows)
      : config_(config), constants_(constants), rows_(rows) {}

  const FluxConstants& constants() const { return constants_; }
  FluxWorkspace& rows() const { return rows_; }

  // The vectors (B, E) of one chunk.
  kernels::PerSample chunk(const ModulationTable& table, int index) const {
    return table.chunk(config_.width(), index);
  }
  // normed = layer_norm(hidden) * (1 + scale) + shift.
  void modulate(int group, kernels::PerSample shift, kernels::PerSample scale, Feed feed) const;
  // hidden += gate * y for the rows of one group.
  void add_gated(int group, kernels::PerSample gate, const Tensor& y) const;

  // add_gated, then modulate, in one pass over the rows.
  void add_gated_and_modulate(int group, kernels::PerSample gate, const Tensor& y,
                              kernels::PerSample shift, kernels::PerSample scale, Feed feed) const;
  void gelu(TokenRows& rows, Feed feed) const;
  // What the products still need of rows that are complete.
  void feed(TokenRows& rows, Feed feed) const;

  // out = layer(x), adapters on the rows that take them.
  void project(const Linear& layer, Span span, const TokenRows& x, TokenRows& out) const;
  void project(const JoinedLinear& layers, Span span, const TokenRows& x, JoinedRows& out) const;

  // Products q, k and v, the first three parts, to the output rows of one attention over all
  // groups; norms[g] belongs to group g.
  void attend(const JoinedRows& qkv, const HeadNorm* const norms[3], TokenRows& out) const;

 private:
  void modulate_in_eight_bits(int group, kernels::PerSample shift, kernels::PerSample scale) const;
  void adapt(const Linear& layer, Span span, const TokenRows& x, TokenRows& out) const;
  // To q_heads, k_heads, v_heads.
  void norm_and_rotate(const JoinedRows& qkv, const HeadNorm* const norms[3]) const;
  void our_attention(float scale, TokenRows& out) const;

  const FluxConfig& config_;
  const FluxConstants& constants_;
  FluxWorkspace& rows_;
};

}  // namespace reflectionflow
