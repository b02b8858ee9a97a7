// Rows in eight bits and one scale for each: what row-wise scaled products take.
#pragma once

#include "common/kernel.h"

namespace reflectionflow::kernels {

struct Quantize {
  DType dtype = DType::kFloat32;          // of x; the arithmetic is float32
  EightBits format = EightBits::kFloat8;  // of out
  int64_t rows = 0;
  int64_t width = 0;        // at most 16384
  const void* x = nullptr;  // (rows, width)
  int64_t x_row_stride = 0;
  // out = x (most / largest), rounded to nearest even, and row_scale = largest / most, where most
  // is the format's largest value, 448 or 127, and largest the row's largest magnitude, or 2^-40 if
  // that is more. NaN and infinity make NaN of their row times its scale.
  uint8_t* out = nullptr;  // (rows, width)
  int64_t out_row_stride = 0;
  float* row_scale = nullptr;  // (rows)
};

void quantize(const Quantize& op, Stream stream);

}  // namespace reflectionflow::kernels
