// The sum of a layer's input and output, in the input's memory.
#pragma once

#include "torch/tensor.h"

namespace reflectionflow {

// x += y; both (.., C) contiguous and of equal sizes and type.
void add_residual(Tensor& x, const Tensor& y);
// x += gate * y; both (S, C) of one type, gate (C) the same for all rows.
void add_weighted(Tensor& x, const void* gate, const Tensor& y);

}  // namespace reflectionflow
