// The two halves of the autoencoder and the block in the middle of each.
#pragma once

#include <optional>
#include <vector>

#include "models/autoencoder_kl.h"
#include "models/image_convolution.h"
#include "models/image_layers.h"
#include "models/resnet_block.h"
#include "models/spatial_attention.h"

namespace reflectionflow {

// What every layer of one half is built from.
struct AutoencoderParts {
  WeightMap& weights;
  const AutoencoderConfig& config;
  ScalarType type;

  ImageConvolution convolution(const std::string& name, int64_t in, int64_t out) const {
    return {weights, name, in, out, 3, type};
  }
  ImageNorm norm(const std::string& name, int64_t channels) const {
    return {weights, name, channels, config.groups, type};
  }
  ResnetBlock resnet(const std::string& name, int64_t in, int64_t out) const {
    return {weights, name, in, out, config.groups, type};
  }
};

class AutoencoderMiddle {
 public:
  AutoencoderMiddle(const AutoencoderParts& parts, const std::string& name, int64_t channels);
  // half is "dec" or "enc", the first part of the recorded names.
  void forward(Tensor& x, const char* half, Recorder& recorder) const;

 private:
  ResnetBlock resnet1_;
  SpatialAttention attention_;
  ResnetBlock resnet2_;
};

// Residual blocks at one resolution, then the way to the next one.
template <typename Resample>
struct AutoencoderStage {
  std::vector<ResnetBlock> resnets;
  std::optional<Resample> resample;  // all but the last stage

  void run_resnets(Tensor& x) const {
    ResnetBlock::Buffers buffers;
    for (const ResnetBlock& resnet : resnets) resnet.forward(x, buffers);
  }
};

class AutoencoderDecoder {
 public:
  explicit AutoencoderDecoder(const AutoencoderParts& parts);
  Tensor forward(const Tensor& latents, Recorder& recorder) const;
  const Device& device() const { return conv_in_.device(); }

 private:
  ImageConvolution conv_in_;
  AutoencoderMiddle middle_;
  std::vector<AutoencoderStage<UpsampledConvolution>> up_;
  ImageNorm norm_out_;
  ImageConvolution conv_out_;
};

class AutoencoderEncoder {
 public:
  explicit AutoencoderEncoder(const AutoencoderParts& parts);
  // Mean and log variance side by side (B, h, w, 2 latent_channels).
  Tensor forward(const Tensor& image, Recorder& recorder) const;

 private:
  ImageConvolution conv_in_;
  std::vector<AutoencoderStage<ImageConvolution>> down_;
  AutoencoderMiddle middle_;
  ImageNorm norm_out_;
  ImageConvolution conv_out_;
};

}  // namespace reflectionflow
