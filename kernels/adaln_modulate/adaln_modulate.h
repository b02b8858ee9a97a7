// layer_norm(x) * (1 + scale) + shift, without affine parameters of its own (adaLN-Zero).
#pragma once

#include "common/kernel.h"

namespace reflectionflow::kernels {

struct AdalnModulate {
  DType dtype = DType::kFloat32;  // of all tensors; the arithmetic is float32
  int64_t batch = 0;
  int64_t tokens = 0;
  int64_t width = 0;
  float epsilon = 1e-6f;
  Rows<const void> x;  // (B, S, E)
  PerSample shift;     // (B, E)
  PerSample scale;     // (B, E)
  Rows<void> out;      // (B, S, E); may be x
};

void adaln_modulate(const AdalnModulate& op, Stream stream);

}  // namespace reflectionflow::kernels
