// x + gate * y, in place on x, and layer_norm(x) * (1 + scale) + shift of the sum: gated_residual
// and adaln_modulate in one pass.
#pragma once

#include "common/kernel.h"

namespace reflectionflow::kernels {

struct GatedResidualAdaln {
  DType dtype = DType::kFloat32;  // of all tensors; the arithmetic is float32
  int64_t batch = 0;
  int64_t tokens = 0;
  int64_t width = 0;
  float epsilon = 1e-6f;
  Rows<void> x;        // (B, S, E), read and written
  Rows<const void> y;  // (B, S, E)
  PerSample gate;      // (B, E)
  PerSample shift;     // (B, E)
  PerSample scale;     // (B, E)
  Rows<void> out;      // (B, S, E); the norm sees x as it is stored, rounded to dtype
};

void gated_residual_adaln(const GatedResidualAdaln& op, Stream stream);

}  // namespace reflectionflow::kernels
