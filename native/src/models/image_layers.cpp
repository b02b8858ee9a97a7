// Convolutions by LibTorch, group normalisation by our kernel, all on channels-last memory.
#include "models/image_layers.h"

#include <utility>

#include "error.h"
#include "group_norm_silu/group_norm_silu.h"
#include "models/kernel_views.h"
#include "torch/ops.h"

namespace reflectionflow {
namespace {

constexpr float kEpsilon = 1e-6f;

Shape channels_last_strides(const Shape& sizes) {
  return {sizes[1] * sizes[2] * sizes[3], 1, sizes[3] * sizes[1], sizes[1]};
}

// (B, C, H, W) as LibTorch returned it to (B, H, W, C): the same memory where its layout was kept,
// which its slow path for tiny images does not do.
Tensor channels_last(Tensor x) {
  const Shape& sizes = x.sizes();
  const Shape expected = channels_last_strides(sizes);
  bool kept = true;
  for (int64_t i = 0; i < 4; ++i) kept = kept && (sizes[i] == 1 || x.strides()[i] == expected[i]);
  const Shape image_sizes{sizes[0], sizes[2], sizes[3], sizes[1]};
  if (kept) return x.view(image_sizes, image_sizes.contiguous_strides());
  const Shape& strides = x.strides();
  return x.view(image_sizes, {strides[0], strides[2], strides[3], strides[1]}).contiguous();
}

}  // namespace

Tensor channels_first(const Tensor& image) {
  const Shape sizes{image.size(0), image.size(3), image.size(1), image.size(2)};
  return image.view(sizes, channels_last_strides(sizes));
}

ImageConvolution::ImageConvolution(WeightMap& weights, const std::string& name, int64_t in,
                                   int64_t out, int64_t kernel, ScalarType type) {
  const Shape sizes{out, in, kernel, kernel};
  const Tensor stored = weights.take(name + ".weight", sizes, type);
  weight_ = Tensor::empty_strided(sizes, channels_last_strides(sizes), type);
  ops::copy(weight_, stored);
  bias_ = weights.take(name + ".bias", {out}, type);
}

Tensor ImageConvolution::forward(const Tensor& x) const {
  const int64_t padding = weight_.size(2) / 2;
  return channels_last(ops::convolution(channels_first(x), weight_, bias_, 1, padding));
}

Tensor ImageConvolution::forward_upsampled(const Tensor& x) const {
  return forward(channels_last(ops::upsample_nearest_2x(channels_first(x))));
}

Tensor ImageConvolution::forward_halved(const Tensor& x) const {
  const Tensor padded = ops::pad_right_bottom(channels_first(x));
  return channels_last(ops::convolution(padded, weight_, bias_, 2, 0));
}

ImageNorm::ImageNorm(WeightMap& weights, const std::string& name, int64_t channels,
                     int64_t groups, ScalarType type)
    : groups_(groups),
      weight_(weights.take(name + ".weight", {channels}, type)),
      bias_(weights.take(name + ".bias", {channels}, type)) {}

Tensor ImageNorm::forward(const Tensor& x) const {
  Tensor out = Tensor::empty(x.sizes(), x.type());
  run(x, out, false);
  return out;
}

Tensor ImageNorm::forward_with_silu(const Tensor& x) const {
  Tensor out = Tensor::empty(x.sizes(), x.type());
  run(x, out, true);
  return out;
}

void ImageNorm::apply_with_silu(Tensor& x) const { run(x, x, true); }

void ImageNorm::run(const Tensor& x, Tensor& out, bool silu) const {
  if (x.size(3) != weight_.size(0) || !x.is_contiguous()) {
    throw Error(ErrorCode::kInternal, "group normalisation of " + x.to_string());
  }
  kernels::GroupNormSilu op;
  op.dtype = kernel_dtype(x.type());
  op.batch = x.size(0);
  op.pixels = x.size(1) * x.size(2);
  op.channels = x.size(3);
  op.groups = groups_;
  op.epsilon = kEpsilon;
  op.silu = silu;
  op.x = x.data();
  op.weight = weight_.data();
  op.bias = bias_.data();
  op.out = out.data();
  kernels::group_norm_silu(op, {});
}

}  // namespace reflectionflow
