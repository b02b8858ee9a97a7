// The second convolution adds the residual before it rounds.
#include "models/resnet_block.h"

#include <utility>

namespace reflectionflow {

ResnetBlock::ResnetBlock(WeightMap& weights, const std::string& name, int64_t in, int64_t out,
                         int64_t groups, ScalarType type)
    : norm1_(weights, name + ".norm1", in, groups, type),
      conv1_(weights, name + ".conv1", in, out, 3, type),
      norm2_(weights, name + ".norm2", out, groups, type),
      conv2_(weights, name + ".conv2", out, out, 3, type) {
  if (in != out) shortcut_.emplace(weights, name + ".shortcut", in, out, 1, type);
}

void ResnetBlock::forward(Tensor& x, Buffers& buffers) const {
  if (shortcut_) {
    buffers.normed = std::move(x);  // nobody needs the input once the shortcut is taken
    x = shortcut_->forward(buffers.normed);
    norm1_.apply_with_silu(buffers.normed);
  } else {
    norm1_.forward_with_silu(x, fitted(buffers.normed, x.sizes(), x.type(), x.device()));
  }
  conv1_.forward(buffers.normed, fitted(buffers.hidden, x.sizes(), x.type(), x.device()));
  norm2_.apply_with_silu(buffers.hidden);
  conv2_.add_to(x, buffers.hidden);
}

}  // namespace reflectionflow
