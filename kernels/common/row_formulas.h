// Formulas over one row that more than one kernel uses: what is fused gives the bits of its parts
// in a row.
#pragma once

#include <cmath>

#include "common/element.h"
#include "common/rows.h"

namespace reflectionflow::kernels {

// x += gate * y; gate null stands for ones.
template <typename T>
KERNEL_INLINE void add_gated_row(T* x, const T* y, const T* gate, int64_t width) {
  if (gate == nullptr) {
#pragma omp simd
    for (int64_t c = 0; c < width; ++c) store(x + c, load(x + c) + load(y + c));
  } else {
#pragma omp simd
    for (int64_t c = 0; c < width; ++c) store(x + c, load(x + c) + load(gate + c) * load(y + c));
  }
}

// out = layer_norm(x) * (1 + scale) + shift; out may be x. Mean and variance in two passes over a
// row in cache.
template <typename T>
KERNEL_INLINE void modulate_row(const T* x, const T* shift, const T* scale, T* out, int64_t width,
                                float epsilon) {
  float sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int64_t c = 0; c < width; ++c) sum += load(x + c);
  const float mean = sum / static_cast<float>(width);
  float squares = 0;
#pragma omp simd reduction(+ : squares)
  for (int64_t c = 0; c < width; ++c) {
    const float centred = load(x + c) - mean;
    squares += centred * centred;
  }
  const float inverse = 1.0f / std::sqrt(squares / static_cast<float>(width) + epsilon);
  // out may be x: each element is read before it is written.
#pragma omp simd
  for (int64_t c = 0; c < width; ++c)
    store(out + c, (load(x + c) - mean) * inverse * (1.0f + load(scale + c)) + load(shift + c));
}

}  // namespace reflectionflow::kernels
