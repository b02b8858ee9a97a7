// A low-rank adapter's second product, added to rows that already hold the first weight's product:
// the base product runs once over all rows, and this over those that take the adapter.
#pragma once

#include "common/kernel.h"

namespace reflectionflow::kernels {

struct LoraAdd {
  DType dtype = DType::kFloat32;  // of all tensors; sums are kept in float32
  int64_t rows = 0;
  int64_t rank = 0;
  int64_t width = 0;
  float scale = 1;
  const void* down = nullptr;  // (rows, rank): x a^T, the adapter's first product
  int64_t down_row_stride = 0;
  const void* up = nullptr;  // (width, rank) contiguous: b, as checkpoints store it
  void* out = nullptr;       // (rows, width): out += scale (down up^T), rounded once
  int64_t out_row_stride = 0;
};

void lora_add(const LoraAdd& op, Stream stream);

}  // namespace reflectionflow::kernels
