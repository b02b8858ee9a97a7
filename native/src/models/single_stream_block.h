// A block that treats all rows alike: attention and MLP side by side, one product at the end.
#pragma once

#include "models/flux_step.h"

namespace reflectionflow {

class SingleStreamBlock {
 public:
  SingleStreamBlock(const FluxConfig& config, WeightMap& weights, const std::string& name,
                    ScalarType type);

  // silu_conditioning (steps * B, E); silu_condition (B, E) or undefined.
  SingleModulation modulation(const Tensor& silu_conditioning, const Tensor& silu_condition,
                              bool adapters_on_latents) const;
  void forward(const FluxStep& step, const SingleModulation& modulation) const;

 private:
  Linear modulation_;
  Linear q_;
  Linear k_;
  Linear v_;
  HeadNorm norm_;
  Linear up_;
  Linear out_;
};

}  // namespace reflectionflow
