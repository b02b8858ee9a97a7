// The images of a batch stand where blocked attention has its heads.
#include "models/spatial_attention.h"

#include <cmath>

#include "models/blocked_attention.h"
#include "models/residual.h"
#include "torch/ops.h"

namespace reflectionflow {

SpatialAttention::SpatialAttention(WeightMap& weights, const std::string& name, int64_t channels,
                                   int64_t groups, ScalarType type)
    : norm_(weights, name + ".norm", channels, groups, type) {
  const auto take = [&](const std::string& layer) {
    return Affine{weights.take(name + layer + ".weight", {channels, channels}, type),
                  weights.take(name + layer + ".bias", {channels}, type)};
  };
  q_ = take(".q");
  k_ = take(".k");
  v_ = take(".v");
  out_ = take(".out");
}

void SpatialAttention::add_to(Tensor& x) const {
  const int64_t channels = x.size(3);
  const Tensor tokens = norm_.forward(x).view({x.size(0), x.size(1) * x.size(2), channels});
  const Tensor q = ops::linear(tokens, q_.weight, q_.bias);  // (B, S, C)
  const Tensor k = ops::linear(tokens, k_.weight, k_.bias);
  const Tensor v = ops::linear(tokens, v_.weight, v_.bias);
  Tensor seen = Tensor::empty(tokens.sizes(), x.type(), x.device());
  blocked_attention(seen, q, k, v, {}, 1.0 / std::sqrt(static_cast<double>(channels)));
  add_residual(x, ops::linear(seen, out_.weight, out_.bias).view(x.sizes()));
}

}  // namespace reflectionflow
