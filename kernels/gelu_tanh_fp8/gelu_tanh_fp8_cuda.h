// GELU and quantisation on CUDA: its launch, and its launcher for operations that are already
// checked.
#pragma once

#include "common/row_launch.h"
#include "gelu_tanh_fp8/gelu_tanh_fp8.h"

namespace reflectionflow::kernels {

inline RowLaunch gelu_tanh_fp8_launch(const GeluTanhFp8& op) {
  const int64_t vector =
      vector_of(op.dtype, {op.x, op.out}, {op.width, op.x_row_stride, op.out_row_stride});
  return row_launch(op.rows, op.width, vector);
}

// Throws std::runtime_error where CUDA refuses the launch.
void gelu_tanh_fp8_cuda(const GeluTanhFp8& op, Stream stream);

}  // namespace reflectionflow::kernels
