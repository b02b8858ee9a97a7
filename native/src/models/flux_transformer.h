// The FLUX transformer: packed latents, prompt and noise level in, velocity out.
#pragma once

#include <vector>

#include "models/double_stream_block.h"
#include "models/embedders.h"
#include "models/single_stream_block.h"
#include "torch/recorder.h"

namespace reflectionflow {

class FluxTransformer {
 public:
  FluxTransformer(const FluxConfig& config, WeightMap& weights, ScalarType type);

  const FluxConfig& config() const { return config_; }
  ScalarType type() const { return type_; }
  const Device& device() const { return final_out_.device(); }

  // Throws INVALID_ARGUMENT for what prepare() would be given in vain; asked before it is.
  void check(const FluxInputs& inputs) const;

  // What follows from a prompt, its noise levels and guidance, the adapters and the condition's
  // timestep: the embedded prompt and all modulation vectors.
  std::shared_ptr<const PromptConstants> prepare_prompt(const FluxInputs& inputs,
                                                        Recorder& recorder) const;
  // Everything that the steps of a run share; prompt: of inputs that differ in nothing named above.
  FluxConstants prepare(const FluxInputs& inputs, std::shared_ptr<const PromptConstants> prompt,
                        Recorder& recorder) const;

  // velocity = network(latents) at the selected step; both (B * S_img, C). With our attention no
  // handle is made but for records.
  void forward(const FluxConstants& constants, const Tensor& latents, FluxWorkspace& rows,
               Tensor& velocity, Recorder& recorder) const;

 private:
  void run_blocks(const FluxStep& step, Recorder& recorder) const;
  void prepare_modulations(const FluxInputs& inputs, PromptConstants& prompt,
                           Recorder& recorder) const;
  void prepare_condition(const ConditionInput& condition, FluxConstants& constants) const;

  FluxConfig config_;
  ScalarType type_;
  Linear image_in_;
  Linear text_in_;
  ConditioningEmbedder conditioning_;
  std::vector<DoubleStreamBlock> double_blocks_;
  std::vector<SingleStreamBlock> single_blocks_;
  Linear final_shift_;
  Linear final_scale_;
  Linear final_out_;
};

}  // namespace reflectionflow
