// The autoencoder's normalisation on images with the channels last: memory (B, H, W, C),
// contiguous.
#pragma once

#include <string>

#include "models/weight_map.h"
#include "torch/tensor.h"

namespace reflectionflow {

// The same memory in the order (B, C, H, W) that LibTorch's operators take.
Tensor channels_first(const Tensor& image);

// The buffer, made anew where it has not these sizes: a fresh one costs the system a fault for each
// page.
Tensor& fitted(Tensor& buffer, const Shape& sizes, ScalarType type, const Device& device);

class ImageNorm {
 public:
  ImageNorm() = default;
  ImageNorm(WeightMap& weights, const std::string& name, int64_t channels, int64_t groups,
            ScalarType type);

  Tensor forward(const Tensor& x) const;  // group normalisation into new memory
  void forward_with_silu(const Tensor& x, Tensor& out) const;
  void apply_with_silu(Tensor& x) const;  // in place

 private:
  void run(const Tensor& x, Tensor& out, bool silu) const;

  int64_t groups_ = 1;
  Tensor weight_, bias_;
};

}  // namespace reflectionflow
