// A block that keeps text and image rows apart but for the attention; condition rows go with the
// image's weights.
#pragma once

#include "models/flux_step.h"

namespace reflectionflow {

class DoubleStreamBlock {
 public:
  DoubleStreamBlock(const FluxConfig& config, WeightMap& weights, const std::string& name,
                    ScalarType type);

  // silu_conditioning (steps * B, E); silu_condition (B, E) or undefined.
  DoubleModulation modulation(const Tensor& silu_conditioning, const Tensor& silu_condition,
                              bool adapters_on_latents) const;
  void forward(const FluxStep& step, const DoubleModulation& modulation) const;

 private:
  struct Stream {
    Stream(const FluxConfig& config, WeightMap& weights, const std::string& name, ScalarType type);
    Linear modulation;
    Linear q;
    Linear k;
    Linear v;
    HeadNorm norm;
    Linear out;
    Linear up;
    Linear down;
  };

  Stream text_;
  Stream image_;
};

}  // namespace reflectionflow
