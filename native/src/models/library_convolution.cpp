// LibTorch sees (B, C, H, W); strides say that the channels lie last.
#include "models/library_convolution.h"

#include "models/image_layers.h"
#include "torch/ops.h"

namespace reflectionflow {
namespace {

// The same sizes with the memory of (first, third, fourth, second).
Tensor with_channels_last(const Tensor& x) {
  const Shape& sizes = x.sizes();
  const int64_t row = sizes[3] * sizes[1];
  Tensor copy =
      Tensor::empty_strided(sizes, {sizes[2] * row, 1, row, sizes[1]}, x.type(), x.device());
  ops::copy(copy, x);
  return copy;
}

// (B, C, H, W) back to the order of our images, copied where LibTorch chose another memory.
Tensor channels_last(const Tensor& x) {
  const Shape& strides = x.strides();
  Tensor image = x.view({x.size(0), x.size(2), x.size(3), x.size(1)},
                        {strides[0], strides[2], strides[3], strides[1]});
  return image.is_contiguous() ? std::move(image) : image.contiguous();
}

}  // namespace

LibraryConvolution::LibraryConvolution(const Tensor& weights, const Tensor& bias)
    : weights_(with_channels_last(weights)), bias_(bias.share()) {}

Tensor LibraryConvolution::forward(const Tensor& x) const {
  return channels_last(
      ops::convolution(channels_first(x), weights_, bias_, 1, weights_.size(2) / 2));
}

Tensor LibraryConvolution::forward_halved(const Tensor& x) const {
  Tensor padded =
      Tensor::empty({x.size(0), x.size(1) + 1, x.size(2) + 1, x.size(3)}, x.type(), x.device());
  ops::zero(padded);
  Tensor inside = padded.view(x.sizes(), padded.strides());
  ops::copy(inside, x);
  return channels_last(ops::convolution(channels_first(padded), weights_, bias_, 2, 0));
}

Tensor LibraryConvolution::forward_doubled(const Tensor& x) const {
  const Tensor doubled = ops::repeat_pixels(channels_first(x), 2);
  return channels_last(ops::convolution(doubled, weights_, bias_, 1, weights_.size(2) / 2));
}

}  // namespace reflectionflow
