// The gated residual and the modulation after it on CUDA: their launch, and their launcher for
// operations that are already checked.
#pragma once

#include "common/row_launch.h"
#include "gated_residual_adaln/gated_residual_adaln.h"

namespace reflectionflow::kernels {

inline RowLaunch gated_residual_adaln_launch(const GatedResidualAdaln& op) {
  const int64_t vector = vector_of(
      op.dtype, {op.x.data, op.y.data, op.out.data, op.gate.data, op.shift.data, op.scale.data},
      {op.width, op.x.batch_stride, op.x.row_stride, op.y.batch_stride, op.y.row_stride,
       op.out.batch_stride, op.out.row_stride, op.gate.batch_stride, op.shift.batch_stride,
       op.scale.batch_stride});
  return row_launch(op.batch * op.tokens, op.width, vector);
}

// Throws std::runtime_error where CUDA refuses the launch.
void gated_residual_adaln_cuda(const GatedResidualAdaln& op, Stream stream);

}  // namespace reflectionflow::kernels
