// The Euler loop over the noise levels, one step a call.
#pragma once

#include <memory>
#include <vector>

#include "models/flux_transformer.h"
#include "pipeline/image_conditioning.h"
#include "pipeline/prepared_prompts.h"
#include "pipeline/step_graph.h"
#include "pipeline/step_pace.h"
#include "pipeline/text_conditioning.h"
#include "torch/device_session.h"

namespace reflectionflow {

struct DenoiseSettings {
  int64_t batch = 1;
  int64_t steps = 1;
  int64_t latent_rows = 0;     // height / 8
  int64_t latent_columns = 0;  // width / 8
  bool adapters_on_latents = true;
  float condition_scale = 1;
  float condition_timestep = 0;
  int64_t condition_column_shift = 0;
  bool union_attention = true;
  bool add_attention = false;
  float image_guidance = 1;
};

// Owns every buffer of its run. With our attention the first step() makes the last of them, but for
// previews, records and what the cache asks; LibTorch's attention takes memory at each step.
class Denoise {
 public:
  // noise (batch, channels, rows, columns), sigmas (steps + 1, batch), guidance (batch); images may
  // be empty. prepared: of earlier runs of the transformer.
  Denoise(const FluxTransformer& transformer, const DeviceSession& session,
          const DenoiseSettings& settings, const std::vector<const TextConditioning*>& texts,
          const std::vector<const ImageConditioning*>& images, const float* noise,
          const float* sigmas, const float* guidance, PreparedPrompts& prepared,
          Recorder& recorder);

  // Takes the next step; returns whether another one is left. A card may still be at it, unless it
  // is the last one, which throws INVALID_ARGUMENT where the latents are not finite.
  bool step();
  bool done() const { return index_ == settings_.steps; }

  const DenoiseSettings& settings() const { return settings_; }
  const Tensor& latents() const { return latents_; }  // (B * S_img, 4 * channels), packed
  // The estimate of the final latents: where the last velocity leads in one step.
  Tensor estimate() const;
  // How it was computed so far, as lines of "key=value".
  std::string describe() const;

 private:
  void prepare_step_sizes();
  void pack_noise(const float* noise);
  void select_step();
  void compute_step();  // the selected one
  void guide_by_condition();
  void keep(const char* what, const Tensor& tensor);
  float sigma(int64_t step, int64_t sample) const {
    return sigmas_[static_cast<size_t>(step * settings_.batch + sample)];
  }

  const FluxTransformer& transformer_;
  const DeviceSession& session_;
  DenoiseSettings settings_;
  Recorder& recorder_;
  int64_t index_ = 0;
  std::vector<float> sigmas_;           // (steps + 1, B)
  std::vector<Tensor> each_step_size_;  // (B) of each step, views of one table
  Tensor step_size_;                    // (B) float32: of the selected step, always in one place
  FluxConstants constants_;
  std::unique_ptr<FluxConstants> unguided_;  // guidance 1, only for image guidance
  std::unique_ptr<FluxWorkspace> workspace_;
  Tensor latents_;
  Tensor velocity_;           // as latents
  Tensor unguided_velocity_;  // only for image guidance
  Tensor guidance_gates_;     // (2, C): -1 and the image guidance
  StepGraph graph_;           // goes before the memory that it names
  StepPace pace_;
};

}  // namespace reflectionflow
