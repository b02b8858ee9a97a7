// GELU in its tanh approximation, from rows to rows of another stride (the single-stream block's
// [tokens, 5E] buffer).
#pragma once

#include "common/kernel.h"

namespace reflectionflow::kernels {

struct GeluTanh {
  DType dtype = DType::kFloat32;  // the arithmetic is float32
  int64_t rows = 0;
  int64_t width = 0;
  const void* x = nullptr;  // (rows, width)
  int64_t x_row_stride = 0;
  void* out = nullptr;  // (rows, width); may be x
  int64_t out_row_stride = 0;
};

void gelu_tanh(const GeluTanh& op, Stream stream);

}  // namespace reflectionflow::kernels
