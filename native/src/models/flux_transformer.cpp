// Constants of a run first, then the step in the order of the paper's figure.
#include "models/flux_transformer.h"

#include <cmath>
#include <limits>

#include "error.h"
#include "models/eight_bit_rules.h"
#include "torch/ops.h"

namespace reflectionflow {
namespace {

// Keeps the rows of one group as (B, S, C).
void keep_rows(Recorder& recorder, const std::string& name, const TokenRows& rows, int group,
               const RowCounts& counts) {
  const Tensor& tensor = rows.group[group];
  recorder.keep(name, tensor.view({counts.batch, counts.tokens[group], tensor.size(1)}));
}

void keep_block(Recorder& recorder, const char* kind, size_t index, const FluxWorkspace& rows) {
  if (!recorder.layers()) return;
  static const char* const kGroupNames[] = {".text", ".image", ".condition"};
  for (int g = 0; g < rows.counts.groups(); ++g) {
    keep_rows(recorder, std::string(kind) + "." + std::to_string(index) + kGroupNames[g],
              rows.hidden, g, rows.counts);
  }
}

// What the kernels could only refuse in the middle of a run, or read beyond their tables for.
void check_config(const FluxConfig& config) {
  if (config.head_size < 16 || config.head_size > 128 || config.head_size % 8 != 0) {
    invalid_file("the transformer's head size " + std::to_string(config.head_size) +
                 " is not a multiple of 8 from 16 to 128");
  }
  int64_t rotated = 0;
  for (int64_t axis : config.rope_axes) rotated += axis % 2 == 0 ? axis : config.head_size + 1;
  if (rotated != config.head_size) {
    invalid_file("the transformer's position axes are not three even numbers with the sum " +
                 std::to_string(config.head_size));
  }
}

// The bias between condition and rest, both ways; a scale other than 1 replaces the mask, as in the
// released code.
float coupling_bias(const ConditionInput& condition) {
  if (condition.scale != 1) return std::log(condition.scale);
  return condition.union_attention ? 0.0f : -std::numeric_limits<float>::infinity();
}

}  // namespace

RowCounts FluxInputs::counts() const {
  RowCounts counts;
  counts.batch = batch;
  counts.tokens[kText] = prompt_embeds.size(0) / batch;
  counts.tokens[kImage] = grid_rows * grid_columns;
  counts.tokens[kCondition] = condition ? condition->tokens.size(0) / batch : 0;
  return counts;
}

FluxTransformer::FluxTransformer(const FluxConfig& config, WeightMap& weights, ScalarType type)
    : config_(config),
      type_(type),
      image_in_(weights, "transformer.image_in", config.channels, config.width(), type),
      text_in_(weights, "transformer.text_in", config.text_width, config.width(), type),
      conditioning_(config, weights, type),
      final_shift_(Linear::modulation(weights, "transformer.final.shift", config.width(),
                                      config.width(), type)),
      final_scale_(Linear::modulation(weights, "transformer.final.scale", config.width(),
                                      config.width(), type)),
      final_out_(weights, "transformer.final.out", config.width(), config.channels, type) {
  check_config(config);
  if (device().on_cuda()) require_eight_bit_widths(config.precision, config.width());
  for (int64_t i = 0; i < config.double_blocks; ++i) {
    double_blocks_.emplace_back(config, weights, "transformer.double." + std::to_string(i), type);
  }
  for (int64_t i = 0; i < config.single_blocks; ++i) {
    single_blocks_.emplace_back(config, weights, "transformer.single." + std::to_string(i), type);
  }
}

void FluxTransformer::check(const FluxInputs& inputs) const {
  const RowCounts counts = inputs.counts();
  if (device().on_cuda()) require_eight_bit_rows(config_.precision, counts);
  if (inputs.condition && inputs.condition->add_attention &&
      counts.tokens[kCondition] != counts.tokens[kImage]) {
    invalid_argument("added condition attention needs as many condition tokens as image tokens, " +
                     std::to_string(counts.tokens[kCondition]) + " are not " +
                     std::to_string(counts.tokens[kImage]));
  }
}

std::shared_ptr<const PromptConstants> FluxTransformer::prepare_prompt(const FluxInputs& inputs,
                                                                       Recorder& recorder) const {
  auto prompt = std::make_shared<PromptConstants>();
  prompt->text_rows = text_in_(inputs.prompt_embeds, inputs.adapters_on_latents);
  if (recorder.layers()) recorder.keep("text_in", prompt->text_rows);
  prepare_modulations(inputs, *prompt, recorder);
  return prompt;
}

FluxConstants FluxTransformer::prepare(const FluxInputs& inputs,
                                       std::shared_ptr<const PromptConstants> prompt,
                                       Recorder& recorder) const {
  const RowCounts counts = inputs.counts();
  FluxConstants constants(std::move(prompt));
  constants.adapters_on_latents = inputs.adapters_on_latents;
  std::vector<Position> positions(static_cast<size_t>(counts.tokens[kText]), Position{0, 0, 0});
  const auto image = grid_positions(inputs.grid_rows, inputs.grid_columns);
  positions.insert(positions.end(), image.begin(), image.end());
  if (const ConditionInput* condition = inputs.condition) {
    prepare_condition(*condition, constants);
    positions.insert(positions.end(), condition->positions.begin(), condition->positions.end());
  }
  constants.attention =
      choose_attention(config_.attention, device(), constants.attention_bias[kImage][kCondition]);
  RopeTable rope(positions, config_.rope_axes);
  constants.rope_cos = rope.cos.on(device());
  constants.rope_sin = rope.sin.on(device());
  if (recorder.layers()) {
    recorder.keep("rope_cos", constants.rope_cos);
    recorder.keep("rope_sin", constants.rope_sin);
  }
  return constants;
}

void FluxTransformer::prepare_condition(const ConditionInput& condition,
                                        FluxConstants& constants) const {
  constants.condition_rows = image_in_(condition.tokens, true);
  constants.add_attention = condition.add_attention;
  const float bias = coupling_bias(condition);
  for (int g : {kText, kImage}) {
    constants.attention_bias[g][kCondition] = constants.attention_bias[kCondition][g] = bias;
  }
}

void FluxTransformer::prepare_modulations(const FluxInputs& inputs, PromptConstants& prompt,
                                          Recorder& recorder) const {
  const bool adapters = inputs.adapters_on_latents;
  std::vector<float> guidance;
  for (int64_t i = 0; i < inputs.steps; ++i) {
    guidance.insert(guidance.end(), inputs.guidance.begin(), inputs.guidance.end());
  }
  const Tensor latents = ops::silu(
      conditioning_.forward(inputs.timesteps, guidance, inputs.pooled, "latents", recorder));
  const int64_t in_double = config_.double_blocks * DoubleStreamBlock::modulation_width(config_);
  const int64_t in_single = config_.single_blocks * SingleStreamBlock::modulation_width(config_);
  prompt.latents =
      ModulationTables(latents, inputs.batch, 2 * in_double + in_single + 2 * config_.width());
  if (inputs.condition) {
    // The corrector was trained with a guidance of 1 on its condition tokens, whatever the image's.
    const std::vector<float> timestep(static_cast<size_t>(inputs.batch),
                                      inputs.condition->timestep);
    const std::vector<float> ones(static_cast<size_t>(inputs.batch), 1.0f);
    prompt.condition = ModulationTables(
        ops::silu(conditioning_.forward(timestep, ones, inputs.pooled, "condition", recorder)),
        inputs.batch, in_double + in_single);
  }
  for (const DoubleStreamBlock& block : double_blocks_) {
    prompt.double_blocks.push_back(
        block.add_modulation(prompt.latents, prompt.condition, adapters));
  }
  for (const SingleStreamBlock& block : single_blocks_) {
    prompt.single_blocks.push_back(
        block.add_modulation(prompt.latents, prompt.condition, adapters));
  }
  prompt.final_shift = prompt.latents.add(final_shift_, adapters);
  prompt.final_scale = prompt.latents.add(final_scale_, adapters);
}

void FluxTransformer::run_blocks(const FluxStep& step, Recorder& recorder) const {
  const FluxConstants& constants = step.constants();
  FluxWorkspace& rows = step.rows();
  Tensor& image = rows.hidden.group[kImage];
  if (rows.cache) rows.cache->before_first(image);
  for (size_t i = 0; i < double_blocks_.size(); ++i) {
    double_blocks_[i].forward(step, constants.double_blocks[i]);
    keep_block(recorder, "double", i, rows);
    if (i == 0 && rows.cache && rows.cache->skip_rest(image)) return;
  }
  for (size_t i = 0; i < single_blocks_.size(); ++i) {
    single_blocks_[i].forward(step, constants.single_blocks[i]);
    keep_block(recorder, "single", i, rows);
  }
  if (rows.cache) rows.cache->after_rest(image);
}

void FluxTransformer::forward(const FluxConstants& constants, const Tensor& latents,
                              FluxWorkspace& rows, Tensor& velocity, Recorder& recorder) const {
  const FluxStep step(config_, constants, rows);
  ops::copy(rows.hidden.group[kText], constants.prompt->text_rows);
  image_in_.forward(latents, rows.hidden.group[kImage]);
  if (constants.adapters_on_latents) {
    image_in_.adapt(latents, rows.hidden.group[kImage], rows.adapters);
  }
  if (rows.counts.groups() > kCondition) {
    ops::copy(rows.hidden.group[kCondition], constants.condition_rows);
  }
  if (recorder.layers()) keep_rows(recorder, "image_in", rows.hidden, kImage, rows.counts);

  run_blocks(step, recorder);

  step.modulate(kImage, step.chunk(constants.final_shift, 0), step.chunk(constants.final_scale, 0),
                Feed::kExact);
  if (recorder.layers()) keep_rows(recorder, "final_norm", rows.normed, kImage, rows.counts);
  final_out_.forward(rows.normed.group[kImage], velocity);
  if (constants.adapters_on_latents) {
    final_out_.adapt(rows.normed.group[kImage], velocity, rows.adapters);
  }
}

}  // namespace reflectionflow
