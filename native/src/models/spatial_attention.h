// The autoencoder's attention: one head as wide as the channels, over all pixels of an image.
#pragma once

#include "models/image_layers.h"

namespace reflectionflow {

class SpatialAttention {
 public:
  SpatialAttention(WeightMap& weights, const std::string& name, int64_t channels, int64_t groups,
                   ScalarType type);

  void add_to(Tensor& x) const;  // x (B, H, W, C) += attention of x

 private:
  struct Affine {
    Tensor weight, bias;
  };

  ImageNorm norm_;
  Affine q_, k_, v_, out_;
};

}  // namespace reflectionflow
