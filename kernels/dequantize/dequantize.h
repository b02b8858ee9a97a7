// sum * row_scale * column_scale + bias: what sums of products of rows and columns in eight bits
// stand for.
#pragma once

#include "common/kernel.h"

namespace reflectionflow::kernels {

struct Dequantize {
  DType dtype = DType::kFloat32;  // of bias and out; the arithmetic is float32
  int64_t rows = 0;
  int64_t width = 0;
  const int32_t* sums = nullptr;  // (rows, width)
  int64_t sums_row_stride = 0;
  const float* row_scale = nullptr;     // (rows)
  const float* column_scale = nullptr;  // (width)
  const void* bias = nullptr;           // (width)
  void* out = nullptr;                  // (rows, width), not the memory of sums
  int64_t out_row_stride = 0;
};

void dequantize(const Dequantize& op, Stream stream);

}  // namespace reflectionflow::kernels
