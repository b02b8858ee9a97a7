// The second convolution adds the residual before it rounds.
#include "models/resnet_block.h"

namespace reflectionflow {

ResnetBlock::ResnetBlock(WeightMap& weights, const std::string& name, int64_t in, int64_t out,
                         int64_t groups, ScalarType type)
    : norm1_(weights, name + ".norm1", in, groups, type),
      conv1_(weights, name + ".conv1", in, out, 3, type),
      norm2_(weights, name + ".norm2", out, groups, type),
      conv2_(weights, name + ".conv2", out, out, 3, type) {
  if (in != out) shortcut_.emplace(weights, name + ".shortcut", in, out, 1, type);
}

Tensor ResnetBlock::forward(const Tensor& x) const {
  Tensor hidden = conv1_.forward(norm1_.forward_with_silu(x));
  norm2_.apply_with_silu(hidden);
  return conv2_.forward_plus(hidden, shortcut_ ? shortcut_->forward(x) : x.share());
}

}  // namespace reflectionflow
