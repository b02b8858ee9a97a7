// A block that treats all rows alike: attention and MLP side by side, one product at the end.
#pragma once

#include "models/flux_step.h"

namespace reflectionflow {

class SingleStreamBlock {
 public:
  SingleStreamBlock(const FluxConfig& config, WeightMap& weights, const std::string& name,
                    ScalarType type);

  // Adds the block's vectors; condition is undefined without one.
  SingleColumns add_modulation(ModulationTables& latents, ModulationTables& condition,
                               bool adapters_on_latents) const;
  static int64_t modulation_width(const FluxConfig& config) { return 3 * config.width(); }
  void forward(const FluxStep& step, const SingleModulation& modulation) const;

 private:
  Linear modulation_;
  JoinedLinear qkv_up_;
  HeadNorm norm_;
  Linear out_;
  Feed feed_;
};

}  // namespace reflectionflow
