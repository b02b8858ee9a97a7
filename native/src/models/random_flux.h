// A small transformer with random weights, for tests.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "models/flux_transformer.h"

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

// Even over [-scale, scale), always the same for the same seed.
inline Tensor drawn(const Shape& sizes, uint32_t seed, float scale = 1) {
  Tensor made = Tensor::empty(sizes, ScalarType::kFloat32);
  for (int64_t i = 0; i < made.count(); ++i) {
    seed = seed * 1664525u + 1013904223u;
    made.as<float>()[i] = scale * (static_cast<float>(seed >> 8) / 8388608.0f - 1.0f);
  }
  return made;
}

// Names and sizes of all layers, as the transformer asks for them.
inline void put_random_flux(WeightMap& weights, const FluxConfig& config) {
  uint32_t seed = 1;
  const int64_t width = config.width(), mlp = config.mlp_width();
  const auto linear = [&](const std::string& name, int64_t in, int64_t out) {
    weights.put("transformer." + name + ".weight", drawn({out, in}, ++seed, 0.3f));
    weights.put("transformer." + name + ".bias", drawn({out}, ++seed, 0.1f));
  };
  const auto block = [&](const std::string& name, int64_t chunks) {
    linear(name + "modulation", width, chunks * width);
    for (const char* layer : {"q", "k", "v"}) linear(name + layer, width, width);
    linear(name + "up", width, mlp);
    for (const char* norm : {"q_norm", "k_norm"}) {
      weights.put("transformer." + name + norm + ".weight", drawn({config.head_size}, ++seed));
    }
  };
  linear("image_in", config.channels, width);
  linear("text_in", config.text_width, width);
  const std::pair<const char*, int64_t> embedders[] = {
      {"time_in", 256}, {"pooled_in", config.pooled_width}, {"guidance_in", 256}};
  for (const auto& embedder : embedders) {
    linear(embedder.first + std::string(".in"), embedder.second, width);
    linear(embedder.first + std::string(".out"), width, width);
  }
  for (int64_t i = 0; i < config.double_blocks; ++i) {
    for (const char* stream : {".text.", ".image."}) {
      const std::string name = "double." + std::to_string(i) + stream;
      block(name, 6);
      linear(name + "out", width, width);
      linear(name + "down", mlp, width);
    }
  }
  for (int64_t i = 0; i < config.single_blocks; ++i) {
    const std::string name = "single." + std::to_string(i) + ".";
    block(name, 3);
    linear(name + "out", width + mlp, width);
  }
  linear("final.shift", width, width);
  linear("final.scale", width, width);
  linear("final.out", width, config.channels);
}

// A run of a transformer over 3x4 image tokens and 5 text tokens, batch 1.
struct SmallRun {
  SmallRun(const FluxTransformer& transformer, int64_t steps) : transformer(transformer) {
    const ScalarType type = transformer.type();
    const FluxConfig& config = transformer.config();
    FluxInputs inputs;
    inputs.batch = 1;
    inputs.steps = steps;
    inputs.prompt_embeds = drawn({5, config.text_width}, 90).to(type);
    inputs.pooled = drawn({1, config.pooled_width}, 91).to(type);
    for (int64_t i = 0; i < steps; ++i) {
      inputs.timesteps.push_back(1.0f - static_cast<float>(i) / static_cast<float>(steps));
    }
    inputs.guidance = {3.5f};
    inputs.grid_rows = 3;
    inputs.grid_columns = 4;
    latents = drawn({12, config.channels}, 92).to(type);
    constants = transformer.prepare(inputs, recorder);
    rows = std::make_unique<FluxWorkspace>(config, inputs.counts(), type, transformer.device());
  }

  // The velocity (12, C) of a step on the same latents, as float32.
  Tensor velocity(int64_t step) {
    constants.select_step(step);
    Tensor out = Tensor::empty(latents.sizes(), latents.type(), latents.device());
    transformer.forward(constants, latents, *rows, out, recorder);
    return out.to(ScalarType::kFloat32);
  }

  const FluxTransformer& transformer;
  Recorder recorder;
  FluxConstants constants;
  std::unique_ptr<FluxWorkspace> rows;
  Tensor latents;
};

}  // namespace reflectionflow
