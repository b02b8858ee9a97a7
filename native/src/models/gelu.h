// The activation of the feed-forward parts.
#pragma once

#include "torch/tensor.h"

namespace reflectionflow {

// x = gelu(x) by the tanh formula; x (S, C) contiguous.
void gelu_in_place(Tensor& x);

}  // namespace reflectionflow
