// adaLN modulation and quantisation on CUDA: its launch, and its launcher for operations that are
// already checked.
#pragma once

#include "adaln_modulate_quantized/adaln_modulate_quantized.h"
#include "common/row_launch.h"

namespace reflectionflow::kernels {

inline RowLaunch adaln_modulate_quantized_launch(const AdalnModulateQuantized& op) {
  const int64_t vector =
      vector_of(op.dtype, {op.x.data, op.out.data, op.shift.data, op.scale.data},
                {op.width, op.x.batch_stride, op.x.row_stride, op.out.batch_stride,
                 op.out.row_stride, op.shift.batch_stride, op.scale.batch_stride});
  return row_launch(op.batch * op.tokens, op.width, vector);
}

// Throws std::runtime_error where CUDA refuses the launch.
void adaln_modulate_quantized_cuda(const AdalnModulateQuantized& op, Stream stream);

}  // namespace reflectionflow::kernels
