// GELU and quantisation on CUDA: its launch, and its launcher for operations that are already
// checked.
#pragma once

#include "common/row_launch.h"
#include "gelu_tanh_quantized/gelu_tanh_quantized.h"

namespace reflectionflow::kernels {

inline RowLaunch gelu_tanh_quantized_launch(const GeluTanhQuantized& op) { return row_launch(op); }

// Throws std::runtime_error where CUDA refuses the launch.
void gelu_tanh_quantized_cuda(const GeluTanhQuantized& op, Stream stream);

}  // namespace reflectionflow::kernels
