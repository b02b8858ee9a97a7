// Eight-bit floats (e4m3: four bits of exponent, three of mantissa, no infinity) and how a row of
// them shares one scale.
#pragma once

#include <algorithm>

#include "common/element.h"

namespace reflectionflow::kernels {

struct Float8 {
  uint8_t bits = 0;
};

constexpr float kLargestFloat8 = 448;  // 0x7e; 0x7f is NaN

// A row of smaller values takes the scale of this one, so that neither the scale nor its inverse
// leaves float32.
constexpr float kSmallestRowMaximum = 0x1p-40f;

// Launchers keep a row in a tile of the stack or in the registers of a block.
constexpr int64_t kMaxFloat8Width = 16384;

KERNEL_INLINE float to_float(Float8 value) {
  const uint32_t sign = static_cast<uint32_t>(value.bits & 0x80) << 24;
  const uint32_t magnitude = static_cast<uint32_t>(value.bits & 0x7f) << 20;
  const uint32_t normal = magnitude + (120u << 23);  // exponent bias 127 instead of 7
  // 2^-6 * (1 + m / 8) - 2^-6 is the subnormal m * 2^-9, exactly.
  const uint32_t subnormal = bits_of(float_of(magnitude + 0x3c800000u) - float_of(0x3c800000u));
  const uint32_t finite = magnitude < 0x00800000u ? subnormal : normal;
  return float_of(sign | (magnitude == 0x07f00000u ? 0x7fc00000u : finite));
}

// To nearest even; what lies beyond the largest value, infinity too, becomes the largest, and NaN
// loses its sign: so does the conversion that GPUs have.
KERNEL_INLINE void from_float(float value, Float8* out) {
  const uint32_t bits = bits_of(value);
  const uint32_t magnitude = bits & 0x7fffffffu;
  const uint32_t normal = (magnitude - (120u << 23) + 0x7ffff + ((magnitude >> 20) & 1)) >> 20;
  // One unit in the last place of [2^14, 2^15) is 2^-9, the smallest subnormal: the sum rounds as
  // we need.
  const uint32_t subnormal = bits_of(float_of(magnitude) + 16384.0f) - 0x46800000u;
  const uint32_t finite = std::min(magnitude < 0x3c800000u ? subnormal : normal, 0x7eu);
  const uint32_t number = ((bits >> 24) & 0x80) | finite;
  out->bits = static_cast<uint8_t>(magnitude > 0x7f800000u ? 0x7fu : number);
}

// What a row is divided by, from the bits of its largest magnitude: as integers NaN is larger than
// infinity and that than all numbers, so neither is lost in a maximum, and both make the row NaN.
struct Float8Scale {
  float scale;    // the row is its eight-bit floats times this
  float inverse;  // what it is multiplied by before it is rounded
};

KERNEL_INLINE Float8Scale float8_scale(uint32_t largest_bits) {
  const float largest = float_of(std::max(largest_bits, bits_of(kSmallestRowMaximum)));
  return {largest / kLargestFloat8, kLargestFloat8 / largest};
}

template <typename T>
KERNEL_INLINE void quantize_row(const T* x, Float8* out, float* scale, int64_t width) {
  uint32_t largest = 0;
#pragma omp simd reduction(max : largest)
  for (int64_t c = 0; c < width; ++c)
    largest = std::max(largest, bits_of(load(x + c)) & 0x7fffffffu);
  const Float8Scale row = float8_scale(largest);
  *scale = row.scale;
#pragma omp simd
  for (int64_t c = 0; c < width; ++c) store(out + c, load(x + c) * row.inverse);
}

}  // namespace reflectionflow::kernels
