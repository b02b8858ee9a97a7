// Rows in eight bits (e4m3) with a scale for each: what the fast products of newer cards take.
#pragma once

#include "torch/tensor.h"

namespace reflectionflow {

struct QuantizedRows {
  Tensor bits;   // (M, K)
  Tensor scale;  // (M, 1) float32: what a row is multiplied by

  static QuantizedRows empty(int64_t rows, int64_t width, const Device& device);
  bool defined() const { return bits.defined(); }
  QuantizedRows rows(int64_t first, int64_t count) const;
};

// Each row of x (M, K), contiguous or with a row stride, at its own scale.
void quantize(const Tensor& x, QuantizedRows& out);

}  // namespace reflectionflow
