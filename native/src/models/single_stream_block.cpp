// The layers in the order of the paper's figure.
#include "models/single_stream_block.h"

#include "gelu_tanh/gelu_tanh.h"
#include "models/kernel_views.h"

namespace reflectionflow {
namespace {

// The chunks of the modulation's product.
enum { kShift, kScale, kGate };

// joined[:, E:] = gelu(mlp): the activation moves the rows to where the last product reads them.
void gelu_beside_attention(const Tensor& mlp, Tensor& joined) {
  kernels::GeluTanh op;
  op.dtype = kernel_dtype(mlp.type());
  op.rows = mlp.size(0);
  op.width = mlp.size(1);
  op.x = mlp.data();
  op.x_row_stride = op.width;
  op.out = joined.as<char>() + (joined.size(1) - op.width) * size_of(joined.type());
  op.out_row_stride = joined.size(1);
  kernels::gelu_tanh(op, stream_for(mlp));
}

}  // namespace

SingleStreamBlock::SingleStreamBlock(const FluxConfig& config, WeightMap& weights,
                                     const std::string& name, ScalarType type)
    : modulation_(Linear::modulation(weights, name + ".modulation", config.width(),
                                     modulation_width(config), type)),
      q_(weights, name + ".q", config.width(), config.width(), type, config.precision),
      k_(weights, name + ".k", config.width(), config.width(), type, config.precision),
      v_(weights, name + ".v", config.width(), config.width(), type, config.precision),
      norm_(weights, name, config.head_size, type),
      up_(weights, name + ".up", config.width(), config.mlp_width(), type, config.precision),
      out_(weights, name + ".out", config.width() + config.mlp_width(), config.width(), type,
           config.precision),
      feed_(feed_for(config.precision,
                     q_.adapted() || k_.adapted() || v_.adapted() || up_.adapted())) {}

SingleColumns SingleStreamBlock::add_modulation(ModulationTables& latents,
                                                ModulationTables& condition,
                                                bool adapters_on_latents) const {
  SingleColumns columns;
  columns.latents = latents.add(modulation_, adapters_on_latents);
  if (condition.defined()) columns.condition = condition.add(modulation_, true);
  return columns;
}

void SingleStreamBlock::forward(const FluxStep& step, const SingleModulation& modulation) const {
  FluxWorkspace& rows = step.rows();
  const ModulationTable* const tables[3] = {&modulation.latents, &modulation.latents,
                                            &modulation.condition};
  const int groups = rows.counts.groups();

  for (int g = 0; g < groups; ++g) {
    step.modulate(g, step.chunk(*tables[g], kShift), step.chunk(*tables[g], kScale), feed_);
  }
  step.feed(rows.normed, feed_);
  step.project_all(q_, rows.normed, rows.q);
  step.project_all(k_, rows.normed, rows.k);
  step.project_all(v_, rows.normed, rows.v);
  step.project_all(up_, rows.normed, rows.mlp);
  const HeadNorm* const norms[3] = {&norm_, &norm_, &norm_};
  step.attend(norms, rows.joined);
  gelu_beside_attention(rows.mlp.all, rows.joined.all);
  step.feed(rows.joined, unfused(feed_));
  step.project_all(out_, rows.joined, rows.projected);
  for (int g = 0; g < groups; ++g) {
    step.add_gated(g, step.chunk(*tables[g], kGate), rows.projected.group[g]);
  }
}

}  // namespace reflectionflow
