// Timestep, guidance and pooled prompt to the conditioning vector of the adaLN modulations.
#pragma once

#include <optional>
#include <vector>

#include "models/flux_config.h"
#include "models/linear.h"
#include "torch/recorder.h"

namespace reflectionflow {

// (N) values to (N, 256) float32: 128 cosines, then 128 sines, in float32 throughout as diffusers'
// Timesteps.
Tensor sinusoidal_embedding(const std::vector<float>& values, const Device& device = {});

class ConditioningEmbedder {
 public:
  ConditioningEmbedder(const FluxConfig& config, WeightMap& weights, ScalarType type);

  // timesteps and guidance as the pipeline hands them over (sigma in [0, 1]; the guidance scale):
  // they are rounded to the computing type, multiplied by 1000 and rounded again, because the
  // weights were trained on such values. pooled (B, P); timesteps and guidance (N), N a multiple of
  // B, sample n belonging to prompt n % B. Returns (N, E).
  Tensor forward(const std::vector<float>& timesteps, const std::vector<float>& guidance,
                 const Tensor& pooled, const char* name, Recorder& recorder) const;

 private:
  struct Mlp {
    Mlp(WeightMap& weights, const std::string& name, int64_t in, int64_t out, ScalarType type);
    Tensor forward(const Tensor& x) const;  // out(silu(in(x)))
    Linear in;
    Linear out;
  };

  // The embedding of values * 1000, both rounded to the computing type.
  Tensor thousandfold(const std::vector<float>& values, const Device& device) const;

  ScalarType type_;
  Mlp time_;
  Mlp pooled_;
  std::optional<Mlp> guidance_;  // none for schnell
};

}  // namespace reflectionflow
