// The autoencoder between pixels and latents: eight pixels by eight to one latent.
#pragma once

#include <memory>
#include <vector>

#include "models/weight_map.h"
#include "torch/recorder.h"
#include "torch/tensor.h"

namespace reflectionflow {

struct AutoencoderConfig {
  std::vector<int64_t> channels;  // of the encoder's stages, finest first
  int64_t latent_channels, groups, resnets;
  double scaling_factor, shift_factor;
};

class AutoencoderDecoder;
class AutoencoderEncoder;

class AutoencoderKl {
 public:
  AutoencoderKl(const AutoencoderConfig& config, WeightMap& weights, ScalarType type);
  ~AutoencoderKl();
  AutoencoderKl(AutoencoderKl&&) noexcept;
  AutoencoderKl& operator=(AutoencoderKl&&) noexcept;

  // Latents (B, h, w, latent_channels), already divided by the scaling factor and shifted, channels
  // last and contiguous, to pixels (B, 8h, 8w, 3) in [-1, 1], not clamped.
  Tensor decode(const Tensor& latents, Recorder& recorder) const;

  // The normal distribution of an image's latents (B, h, w, latent_channels); logvar in [-30, 20].
  struct Posterior {
    Tensor mean, logvar;
  };
  // Pixels (B, H, W, 3) in [-1, 1], contiguous, sides multiples of 8.
  Posterior encode(const Tensor& image, Recorder& recorder) const;

  const AutoencoderConfig& config() const { return config_; }
  const Device& device() const;

 private:
  AutoencoderConfig config_;
  ScalarType type_;
  std::unique_ptr<AutoencoderDecoder> decoder_;
  std::unique_ptr<AutoencoderEncoder> encoder_;
};

}  // namespace reflectionflow
