// A small transformer with random weights, for tests.
#pragma once

#include <memory>

#include "models/flux_transformer.h"
#include "models/invented_weights.h"

namespace reflectionflow {

inline FluxConfig small_flux() {
  FluxConfig config;
  config.double_blocks = 2;
  config.single_blocks = 2;
  config.heads = 2;
  config.head_size = 16;
  config.channels = 8;
  config.text_width = 24;
  config.pooled_width = 12;
  config.rope_axes = {4, 6, 6};
  return config;
}

inline void put_random_flux(WeightMap& weights, const FluxConfig& config) {
  InventedWeights([&](WeightMap& map) {
    FluxTransformer(config, map, ScalarType::kFloat32);
  }).put_into(weights);
}

// A run of a transformer over 3x4 image tokens and a few of text, batch 1.
struct SmallRun {
  SmallRun(const FluxTransformer& transformer, int64_t steps, int64_t text_tokens = 8)
      : transformer(transformer) {
    const ScalarType type = transformer.type();
    const FluxConfig& config = transformer.config();
    FluxInputs inputs;
    inputs.batch = 1;
    inputs.steps = steps;
    const auto placed = [&](const Tensor& host) { return host.on(transformer.device()).to(type); };
    inputs.prompt_embeds = placed(drawn({text_tokens, config.text_width}, 90));
    inputs.pooled = placed(drawn({1, config.pooled_width}, 91));
    for (int64_t i = 0; i < steps; ++i) {
      inputs.timesteps.push_back(1.0f - static_cast<float>(i) / static_cast<float>(steps));
    }
    inputs.guidance = {3.5f};
    inputs.grid_rows = 3;
    inputs.grid_columns = 4;
    latents = placed(drawn({12, config.channels}, 92));
    constants = transformer.prepare(inputs, transformer.prepare_prompt(inputs, recorder), recorder);
    rows = std::make_unique<FluxWorkspace>(config, inputs.counts(), type, transformer.device());
  }

  // The velocity (12, C) of a step on the same latents, as float32 on the host.
  Tensor velocity(int64_t step) {
    constants.select_step(step);
    Tensor out = Tensor::empty(latents.sizes(), latents.type(), latents.device());
    transformer.forward(constants, latents, *rows, out, recorder);
    return out.to(ScalarType::kFloat32).on({});
  }

  const FluxTransformer& transformer;
  Recorder recorder;
  FluxConstants constants;
  std::unique_ptr<FluxWorkspace> rows;
  Tensor latents;
};

}  // namespace reflectionflow
