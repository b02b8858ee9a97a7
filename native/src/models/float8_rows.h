// Rows in eight bits (e4m3) with a scale for each: what the fast products of newer cards take.
#pragma once

#include "torch/tensor.h"

namespace reflectionflow {

struct Float8Rows {
  Tensor bits;   // (M, K)
  Tensor scale;  // (M, 1) float32: what a row is multiplied by

  static Float8Rows empty(int64_t rows, int64_t width, const Device& device);
  bool defined() const { return bits.defined(); }
  Float8Rows rows(int64_t first, int64_t count) const;
};

// Each row of x (M, K), contiguous or with a row stride, at its own scale.
void quantize(const Tensor& x, Float8Rows& out);

}  // namespace reflectionflow
