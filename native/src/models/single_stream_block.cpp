// The layers in the order of the paper's figure.
#include "models/single_stream_block.h"

#include "gelu_tanh/gelu_tanh.h"
#include "models/kernel_views.h"

namespace reflectionflow {
namespace {

// The chunks of the modulation's product.
enum { kShift, kScale, kGate };

constexpr size_t kUp = 3;  // the part of the joined product that goes to the MLP

// joined[:, E:] = gelu(mlp): the activation moves the rows to where the last product reads them.
void gelu_beside_attention(const Tensor& mlp, Tensor& joined) {
  kernels::GeluTanh op;
  op.dtype = kernel_dtype(mlp.type());
  op.rows = mlp.size(0);
  op.width = mlp.size(1);
  op.x = mlp.data();
  op.x_row_stride = mlp.strides()[0];
  op.out = joined.as<char>() + (joined.size(1) - op.width) * size_of(joined.type());
  op.out_row_stride = joined.size(1);
  kernels::gelu_tanh(op, stream_for(mlp));
}

}  // namespace

SingleStreamBlock::SingleStreamBlock(const FluxConfig& config, WeightMap& weights,
                                     const std::string& name, ScalarType type)
    : modulation_(Linear::modulation(weights, name + ".modulation", config.width(),
                                     modulation_width(config), type)),
      qkv_up_(weights,
              {{name + ".q", config.width()},
               {name + ".k", config.width()},
               {name + ".v", config.width()},
               {name + ".up", config.mlp_width()}},
              config.width(), type, config.precision, config.joined_products),
      norm_(weights, name, config.head_size, type),
      out_(weights, name + ".out", config.width() + config.mlp_width(), config.width(), type,
           config.precision),
      feed_(feed_for(config.precision, qkv_up_.adapted())) {}

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
  step.project(qkv_up_, Span::kAll, rows.normed, rows.qkv_up);
  const HeadNorm* const norms[3] = {&norm_, &norm_, &norm_};
  step.attend(rows.qkv_up, norms, rows.joined);
  gelu_beside_attention(rows.qkv_up.part[kUp].all, rows.joined.all);
  step.feed(rows.joined, unfused(feed_));
  step.project(out_, Span::kAll, rows.joined, rows.projected);
  for (int g = 0; g < groups; ++g) {
    step.add_gated(g, step.chunk(*tables[g], kGate), rows.projected.group[g]);
  }
}

}  // namespace reflectionflow
