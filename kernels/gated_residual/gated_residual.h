// x + gate * y, in place on x.
#pragma once

#include "common/kernel.h"

namespace reflectionflow::kernels {

struct GatedResidual {
  DType dtype = DType::kFloat32;  // of all tensors; the arithmetic is float32
  int64_t batch = 0;
  int64_t tokens = 0;
  int64_t width = 0;
  Rows<void> x;        // (B, S, E), read and written
  Rows<const void> y;  // (B, S, E)
  PerSample gate;      // (B, E); null data stands for ones
};

void gated_residual(const GatedResidual& op, Stream stream);

}  // namespace reflectionflow::kernels
