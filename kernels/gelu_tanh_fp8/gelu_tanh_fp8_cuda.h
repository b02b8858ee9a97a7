// GELU and quantisation on CUDA: its launch, and its launcher for operations that are already
// checked.
#pragma once

#include "common/row_launch.h"
#include "gelu_tanh_fp8/gelu_tanh_fp8.h"

namespace reflectionflow::kernels {

inline RowLaunch gelu_tanh_fp8_launch(const GeluTanhFp8& op) { return row_launch(op); }

// Throws std::runtime_error where CUDA refuses the launch.
void gelu_tanh_fp8_cuda(const GeluTanhFp8& op, Stream stream);

}  // namespace reflectionflow::kernels
