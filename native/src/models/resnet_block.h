// The autoencoder's residual block: twice normalise, SiLU, convolve.
#pragma once

#include <optional>

#include "models/image_convolution.h"
#include "models/image_layers.h"

namespace reflectionflow {

class ResnetBlock {
 public:
  ResnetBlock(WeightMap& weights, const std::string& name, int64_t in, int64_t out, int64_t groups,
              ScalarType type);

  // What blocks of one stage share, one after the other.
  struct Buffers {
    Tensor normed, hidden;
  };
  void forward(Tensor& x, Buffers& buffers) const;  // x (B, H, W, in) becomes (B, H, W, out)

 private:
  ImageNorm norm1_;
  ImageConvolution conv1_;
  ImageNorm norm2_;
  ImageConvolution conv2_;
  std::optional<ImageConvolution> shortcut_;  // where the channels differ
};

}  // namespace reflectionflow
