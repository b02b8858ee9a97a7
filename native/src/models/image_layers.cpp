// Group normalisation by our kernel.
#include "models/image_layers.h"

#include "error.h"
#include "group_norm_silu/group_norm_silu.h"
#include "models/kernel_views.h"

namespace reflectionflow {
namespace {

constexpr float kEpsilon = 1e-6f;

// What the kernel leaves between its two launches on a card.
Tensor workspace_for(const kernels::GroupNormSilu& op, const Device& device) {
  if (!device.on_cuda()) return {};
  return Tensor::empty({kernels::group_norm_silu_workspace(op)}, ScalarType::kFloat32, device);
}

}  // namespace

Tensor channels_first(const Tensor& image) {
  const Shape sizes{image.size(0), image.size(3), image.size(1), image.size(2)};
  const Shape& strides = image.strides();
  return image.view(sizes, {strides[0], strides[3], strides[1], strides[2]});
}

Tensor& fitted(Tensor& buffer, const Shape& sizes, ScalarType type, const Device& device) {
  if (!buffer.defined() || !(buffer.sizes() == sizes)) {
    buffer = Tensor();  // given up before the next one exists
    buffer = Tensor::empty(sizes, type, device);
  }
  return buffer;
}

ImageNorm::ImageNorm(WeightMap& weights, const std::string& name, int64_t channels, int64_t groups,
                     ScalarType type)
    : groups_(groups),
      weight_(weights.take(name + ".weight", {channels}, type)),
      bias_(weights.take(name + ".bias", {channels}, type)) {}

Tensor ImageNorm::forward(const Tensor& x) const {
  Tensor out = Tensor::empty(x.sizes(), x.type(), x.device());
  run(x, out, false);
  return out;
}

void ImageNorm::forward_with_silu(const Tensor& x, Tensor& out) const { run(x, out, true); }

void ImageNorm::apply_with_silu(Tensor& x) const { run(x, x, true); }

void ImageNorm::run(const Tensor& x, Tensor& out, bool silu) const {
  if (x.size(3) != weight_.size(0) || !x.is_contiguous() || !(out.sizes() == x.sizes())) {
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
  const Tensor workspace = workspace_for(op, x.device());
  op.workspace = workspace.defined() ? workspace.as<float>() : nullptr;
  kernels::group_norm_silu(op, stream_for(x));
}

}  // namespace reflectionflow
