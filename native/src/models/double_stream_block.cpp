// The layers in the order of the paper's figure.
#include "models/double_stream_block.h"

namespace reflectionflow {
namespace {

// The chunks of the modulation's product.
enum { kAttentionShift, kAttentionScale, kAttentionGate, kMlpShift, kMlpScale, kMlpGate };

}  // namespace

DoubleStreamBlock::Stream::Stream(const FluxConfig& config, WeightMap& weights,
                                  const std::string& name, ScalarType type)
    : modulation(Linear::modulation(weights, name + ".modulation", config.width(),
                                    modulation_width(config), type)),
      qkv(weights,
          {{name + ".q", config.width()},
           {name + ".k", config.width()},
           {name + ".v", config.width()}},
          config.width(), type, config.precision, config.joined_products),
      norm(weights, name, config.head_size, type),
      out(weights, name + ".out", config.width(), config.width(), type, config.precision),
      up(weights, name + ".up", config.width(), config.mlp_width(), type, config.precision),
      down(weights, name + ".down", config.mlp_width(), config.width(), type, config.precision) {}

DoubleStreamBlock::DoubleStreamBlock(const FluxConfig& config, WeightMap& weights,
                                     const std::string& name, ScalarType type)
    : text_(config, weights, name + ".text", type),
      image_(config, weights, name + ".image", type),
      feed_(feed_for(config.precision, text_.adapts_normed() || image_.adapts_normed())),
      mlp_feed_(feed_for(config.precision, text_.down.adapted() || image_.down.adapted())) {}

DoubleColumns DoubleStreamBlock::add_modulation(ModulationTables& latents,
                                                ModulationTables& condition,
                                                bool adapters_on_latents) const {
  DoubleColumns columns;
  columns.group[kText] = latents.add(text_.modulation, adapters_on_latents);
  columns.group[kImage] = latents.add(image_.modulation, adapters_on_latents);
  if (condition.defined()) columns.group[kCondition] = condition.add(image_.modulation, true);
  return columns;
}

void DoubleStreamBlock::forward(const FluxStep& step, const DoubleModulation& modulation) const {
  FluxWorkspace& rows = step.rows();
  const ModulationTable* tables = modulation.group;
  const int groups = rows.counts.groups();

  for (int g = 0; g < groups; ++g) {
    step.modulate(g, step.chunk(tables[g], kAttentionShift), step.chunk(tables[g], kAttentionScale),
                  feed_);
  }
  step.feed(rows.normed, feed_);
  step.project(text_.qkv, Span::kText, rows.normed, rows.qkv);
  step.project(image_.qkv, Span::kPicture, rows.normed, rows.qkv);
  const HeadNorm* const norms[3] = {&text_.norm, &image_.norm, &image_.norm};
  step.attend(rows.qkv, norms, rows.attention);
  step.feed(rows.attention, unfused(feed_));
  step.project(text_.out, Span::kText, rows.attention, rows.projected);
  step.project(image_.out, Span::kPicture, rows.attention, rows.projected);
  for (int g = 0; g < groups; ++g) {
    step.add_gated_and_modulate(g, step.chunk(tables[g], kAttentionGate), rows.projected.group[g],
                                step.chunk(tables[g], kMlpShift), step.chunk(tables[g], kMlpScale),
                                feed_);
  }
  if (step.constants().add_attention) {
    step.add_gated_and_modulate(
        kImage, step.chunk(tables[kCondition], kAttentionGate), rows.projected.group[kCondition],
        step.chunk(tables[kImage], kMlpShift), step.chunk(tables[kImage], kMlpScale), feed_);
  }
  step.feed(rows.normed, feed_);

  step.project(text_.up, Span::kText, rows.normed, rows.mlp);
  step.project(image_.up, Span::kPicture, rows.normed, rows.mlp);
  step.gelu(rows.mlp, mlp_feed_);
  step.project(text_.down, Span::kText, rows.mlp, rows.projected);
  step.project(image_.down, Span::kPicture, rows.mlp, rows.projected);
  for (int g = 0; g < groups; ++g) {
    step.add_gated(g, step.chunk(tables[g], kMlpGate), rows.projected.group[g]);
  }
}

}  // namespace reflectionflow
