// The autoencoder's convolutions, on images with the channels last: memory (B, H, W, C),
// contiguous. Our own kernel on the CPU, LibTorch's on a card.
#pragma once

#include <array>
#include <string>

#include "models/library_convolution.h"
#include "models/weight_map.h"
#include "torch/tensor.h"

namespace reflectionflow {

// Weights (out, in, k, k) as our kernel wants them.
class PackedFilter {
 public:
  PackedFilter() = default;
  explicit PackedFilter(const Tensor& weights);

  // Which pixels a convolution sees: rows and columns of zeros stand before the image.
  struct View {
    int64_t top, left, stride = 1;
  };
  // Where it writes them: to every step-th row and column of out, from these on.
  struct Grid {
    Tensor& out;       // (B, H, W, out channels)
    bool add = false;  // to what is there
    int64_t first_row = 0, first_column = 0, step = 1;
  };
  void convolve(const Tensor& x, const Tensor& bias, const View& view, const Grid& grid) const;

  int64_t out_channels() const { return sizes_[0]; }

 private:
  Shape sizes_;
  ScalarType type_ = ScalarType::kFloat32;
  Tensor packed_;
};

// k x k, of odd k, with zeros around the image.
class ImageConvolution {
 public:
  ImageConvolution() = default;
  ImageConvolution(WeightMap& weights, const std::string& name, int64_t in, int64_t out,
                   int64_t kernel, ScalarType type);

  Tensor forward(const Tensor& x) const;
  // Into out's memory, or into new memory that out then stands for.
  void forward(const Tensor& x, Tensor& out) const;
  void add_to(Tensor& out, const Tensor& x) const;  // out += forward(x), on the CPU rounded once
  // Every second pixel of rows and columns; zeros only at the right and the bottom.
  Tensor forward_halved(const Tensor& x) const;

  const Device& device() const { return bias_.device(); }

 private:
  bool on_card() const { return device().on_cuda(); }

  int64_t padding_ = 0;
  Tensor bias_;
  PackedFilter filter_;         // on the CPU
  LibraryConvolution library_;  // on a card
};

// 3x3 on the image of twice the sides in which each pixel is repeated. Of nine taps at most four
// see different pixels, so that on the CPU four filters of 2x2, each for a quarter of the output,
// do for 4/9 of the work; their weights are summed in float32 and rounded once.
class UpsampledConvolution {
 public:
  UpsampledConvolution(WeightMap& weights, const std::string& name, int64_t channels,
                       ScalarType type);

  Tensor forward(const Tensor& x) const;  // (B, H, W, C) to (B, 2H, 2W, C)

 private:
  Tensor bias_;
  std::array<PackedFilter, 4> filters_;  // of even rows and even columns, even and odd, ..
  LibraryConvolution library_;           // on a card
};

}  // namespace reflectionflow
