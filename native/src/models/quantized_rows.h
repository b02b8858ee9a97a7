// Rows in eight bits with a scale for each: what the fast products of cards take.
#pragma once

#include "models/precision.h"
#include "torch/tensor.h"

namespace reflectionflow {

struct QuantizedRows {
  Tensor bits;   // (M, K) float8_e4m3fn or int8
  Tensor scale;  // (M, 1) float32: what a row is multiplied by

  // For products of any precision but kExact.
  static QuantizedRows empty(int64_t rows, int64_t width, Precision precision,
                             const Device& device);
  bool defined() const { return bits.defined(); }
  QuantizedRows rows(int64_t first, int64_t count) const;
};

// Each row of x (M, K), contiguous or with a row stride, at its own scale.
void quantize(const Tensor& x, QuantizedRows& out);

}  // namespace reflectionflow
