// layer_norm(x) * (1 + scale) + shift, quantised row by row to eight bits: adaln_modulate and
// quantize in one pass.
#pragma once

#include "common/kernel.h"

namespace reflectionflow::kernels {

struct AdalnModulateQuantized {
  DType dtype = DType::kFloat32;  // of x, shift and scale, and what is rounded to in between
  EightBits format = EightBits::kFloat8;  // of out
  int64_t batch = 0;
  int64_t tokens = 0;
  int64_t width = 0;  // at most 16384
  float epsilon = 1e-6f;
  Rows<const void> x;          // (B, S, E)
  PerSample shift;             // (B, E)
  PerSample scale;             // (B, E)
  Rows<uint8_t> out;           // (B, S, E)
  float* row_scale = nullptr;  // (B, S): what a row of out is multiplied by
};

void adaln_modulate_quantized(const AdalnModulateQuantized& op, Stream stream);

}  // namespace reflectionflow::kernels
