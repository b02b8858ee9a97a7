// Eight-bit floats as elements of the CPU's loops, and a row that is quantised to them.
#pragma once

#include <algorithm>

#include "common/element.h"
#include "common/float8_format.h"

namespace reflectionflow::kernels {

struct Float8 {
  uint8_t bits = 0;
};

KERNEL_INLINE float to_float(Float8 value) { return float8_value(value.bits); }
KERNEL_INLINE void from_float(float value, Float8* out) { out->bits = float8_pattern(value); }

template <typename T>
KERNEL_INLINE void quantize_row(const T* x, Float8* out, float* row_scale, int64_t width) {
  uint32_t largest = 0;
#pragma omp simd reduction(max : largest)
  for (int64_t c = 0; c < width; ++c) largest = std::max(largest, magnitude_bits(load(x + c)));
  const Float8Scale row = float8_scale(largest);
  *row_scale = row.scale;
#pragma omp simd
  for (int64_t c = 0; c < width; ++c) store(out + c, load(x + c) * row.inverse);
}

}  // namespace reflectionflow::kernels
