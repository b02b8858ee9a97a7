// Dequantisation on CUDA: its launch, and its launcher for operations that are already checked.
#pragma once

#include "common/flat_launch.h"
#include "dequantize/dequantize.h"

namespace reflectionflow::kernels {

// Each row is a part. A vector is 16 bytes of sums in every dtype, so four elements.
inline FlatLaunch dequantize_launch(const Dequantize& op) {
  const int64_t vector = vector_of(DType::kFloat32, {op.sums, op.column_scale, op.bias, op.out},
                                   {op.width, op.sums_row_stride, op.out_row_stride});
  return flat_launch(op.rows, op.width, vector);
}

// Throws std::runtime_error where CUDA refuses the launch.
void dequantize_cuda(const Dequantize& op, Stream stream);

}  // namespace reflectionflow::kernels
