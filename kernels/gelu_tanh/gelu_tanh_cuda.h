// GELU on CUDA: its launch, and its launcher for operations that are already checked.
#pragma once

#include "common/flat_launch.h"
#include "gelu_tanh/gelu_tanh.h"

namespace reflectionflow::kernels {

// Each row is a part.
inline FlatLaunch gelu_tanh_launch(const GeluTanh& op) {
  const int64_t vector =
      vector_of(op.dtype, {op.x, op.out}, {op.width, op.x_row_stride, op.out_row_stride});
  return flat_launch(op.rows, op.width, vector);
}

// Throws std::runtime_error where CUDA refuses the launch.
void gelu_tanh_cuda(const GeluTanh& op, Stream stream);

}  // namespace reflectionflow::kernels
