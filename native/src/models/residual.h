// The sum of a layer's input and output, in the input's memory.
#pragma once

#include "torch/tensor.h"

namespace reflectionflow {

// x += y; both (.., C) contiguous and of equal sizes and type.
void add_residual(Tensor& x, const Tensor& y);

}  // namespace reflectionflow
