// What the blocks do with the rows of a run at one step: a kernel or a product over some of the row
// groups.
#pragma once

#include "models/flux_constants.h"

namespace reflectionflow {

// RMSNorm weights of q and k, (D) each.
struct HeadNorm {
  HeadNorm(WeightMap& weights, const std::string& name, int64_t head_size, ScalarType type);
  Tensor q;
  Tensor k;
};

class FluxStep {
 public:
  FluxStep(const FluxConfig& config, const FluxConstants& constants, FluxWorkspace& rows,
           int64_t index)
      : config_(config), constants_(constants), rows_(rows), index_(index) {}

  const FluxConstants& constants() const { return constants_; }
  FluxWorkspace& rows() const { return rows_; }

  // The vectors (B, E) of one chunk for the rows of a group at this step.
  kernels::PerSample chunk(int group, const ModulationTable& table, int index) const;
  // normed = layer_norm(hidden) * (1 + scale) + shift.
  void modulate(int group, kernels::PerSample shift, kernels::PerSample scale) const;
  // hidden += gate * y for the rows of one group.
  void add_gated(int group, kernels::PerSample gate, const Tensor& y) const;

  // add_gated, then modulate, in one pass over the rows.
  void add_gated_and_modulate(int group, kernels::PerSample gate, const Tensor& y,
                              kernels::PerSample shift, kernels::PerSample scale) const;

  // out = layer(x), adapters on the rows that take them.
  void project_text(const Linear& layer, const TokenRows& x, TokenRows& out) const;
  void project_picture(const Linear& layer, const TokenRows& x, TokenRows& out) const;
  void project_all(const Linear& layer, const TokenRows& x, TokenRows& out) const;

  // q, k, v rows to the output rows of one attention over all groups; norms[g] belongs to group g.
  void attend(const HeadNorm* const norms[3], TokenRows& out) const;

 private:
  const FluxConfig& config_;
  const FluxConstants& constants_;
  FluxWorkspace& rows_;
  int64_t index_;
};

}  // namespace reflectionflow
