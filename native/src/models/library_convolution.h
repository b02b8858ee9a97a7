// LibTorch's convolutions on images with the channels last: what the autoencoder takes on a card,
// where our own kernel has no twin.
#pragma once

#include "torch/tensor.h"

namespace reflectionflow {

class LibraryConvolution {
 public:
  LibraryConvolution() = default;
  // weights (out, in, k, k) of odd k; bias (out).
  LibraryConvolution(const Tensor& weights, const Tensor& bias);

  // Zeros around the image: (B, H, W, in) to (B, H, W, out).
  Tensor forward(const Tensor& x) const;
  // Every second pixel of rows and columns; zeros only at the right and the bottom.
  Tensor forward_halved(const Tensor& x) const;
  // On the image in which each pixel is repeated: (B, H, W, in) to (B, 2H, 2W, out).
  Tensor forward_doubled(const Tensor& x) const;

 private:
  Tensor weights_;  // channels last in memory
  Tensor bias_;
};

}  // namespace reflectionflow
