// Sums are the gated residual's: one kernel adds and subtracts.
#include "models/block_cache.h"

#include <algorithm>
#include <utility>

#include "models/residual.h"
#include "torch/ops.h"

namespace reflectionflow {
namespace {

Tensor filled(const Shape& sizes, float value, const Tensor& like) {
  Tensor made = Tensor::empty(sizes, ScalarType::kFloat32);
  std::fill(made.as<float>(), made.as<float>() + made.count(), value);
  return made.to(like.type()).on(like.device());
}

}  // namespace

BlockCache::BlockCache(float threshold, const Tensor& image)
    : threshold_(threshold),
      minus_one_(filled({image.size(1)}, -1, image)),
      nothing_(filled({}, 0, image)) {
  for (Tensor* buffer : {&start_, &addition_, &reference_, &rest_}) {
    *buffer = Tensor::empty(image.sizes(), image.type(), image.device());
  }
}

void BlockCache::subtract(Tensor& to, const Tensor& a, const Tensor& b) const {
  ops::copy(to, a);
  add_weighted(to, minus_one_.data(), b);
}

void BlockCache::before_first(const Tensor& image) { ops::copy(start_, image); }

bool BlockCache::skip_rest(Tensor& image) {
  subtract(addition_, image, start_);
  const bool near = reference_size_ >= 0 &&
                    ops::mean_distance(addition_, reference_) < threshold_ * reference_size_;
  if (near) {
    add_residual(image, rest_);
    ++skipped_;
    return true;
  }
  std::swap(addition_, reference_);
  reference_size_ = ops::mean_distance(reference_, nothing_);
  ops::copy(start_, image);
  return false;
}

void BlockCache::after_rest(const Tensor& image) { subtract(rest_, image, start_); }

}  // namespace reflectionflow
