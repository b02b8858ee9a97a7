// A block that keeps text and image rows apart but for the attention; condition rows go with the
// image's weights.
#pragma once

#include "models/flux_step.h"

namespace reflectionflow {

class DoubleStreamBlock {
 public:
  DoubleStreamBlock(const FluxConfig& config, WeightMap& weights, const std::string& name,
                    ScalarType type);

  // Adds the block's vectors; condition is undefined without one.
  DoubleColumns add_modulation(ModulationTables& latents, ModulationTables& condition,
                               bool adapters_on_latents) const;
  // Of each stream.
  static int64_t modulation_width(const FluxConfig& config) { return 6 * config.width(); }
  void forward(const FluxStep& step, const DoubleModulation& modulation) const;

 private:
  struct Stream {
    Stream(const FluxConfig& config, WeightMap& weights, const std::string& name, ScalarType type);
    Linear modulation;
    JoinedLinear qkv;
    HeadNorm norm;
    Linear out;
    Linear up;
    Linear down;

    bool adapts_normed() const { return qkv.adapted() || up.adapted(); }
  };

  Stream text_;
  Stream image_;
  Feed feed_;      // of the products behind a modulation
  Feed mlp_feed_;  // of those behind the GELU
};

}  // namespace reflectionflow
