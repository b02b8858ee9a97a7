// The gated residual on CUDA: its launch, and its launcher for operations that are already checked.
#pragma once

#include "common/flat_launch.h"
#include "gated_residual/gated_residual.h"

namespace reflectionflow::kernels {

// Each row is a part.
inline FlatLaunch gated_residual_launch(const GatedResidual& op) {
  const int64_t vector = vector_of(op.dtype, {op.x.data, op.y.data, op.gate.data},
                                   {op.width, op.x.batch_stride, op.x.row_stride, op.y.batch_stride,
                                    op.y.row_stride, op.gate.batch_stride});
  return flat_launch(op.batch * op.tokens, op.width, vector);
}

// Throws std::runtime_error where CUDA refuses the launch.
void gated_residual_cuda(const GatedResidual& op, Stream stream);

}  // namespace reflectionflow::kernels
