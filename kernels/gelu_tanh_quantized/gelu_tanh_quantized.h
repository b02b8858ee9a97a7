// GELU in its tanh approximation, quantised row by row to eight bits: gelu_tanh and quantize in one
// pass.
#pragma once

#include "common/kernel.h"

namespace reflectionflow::kernels {

struct GeluTanhQuantized {
  DType dtype = DType::kFloat32;          // of x, and what the activation is rounded to in between
  EightBits format = EightBits::kFloat8;  // of out
  int64_t rows = 0;
  int64_t width = 0;        // at most 16384
  const void* x = nullptr;  // (rows, width)
  int64_t x_row_stride = 0;
  uint8_t* out = nullptr;  // (rows, width)
  int64_t out_row_stride = 0;
  float* row_scale = nullptr;  // (rows): what a row of out is multiplied by
};

void gelu_tanh_quantized(const GeluTanhQuantized& op, Stream stream);

}  // namespace reflectionflow::kernels
