// Elements of eight bits, and the scale that a row of them shares: for the CPU and for CUDA.
#pragma once

#include "common/float8_format.h"
#include "common/kernel.h"

namespace reflectionflow::kernels {

// To nearest even; what lies beyond the largest value, infinity too, becomes the largest, and NaN
// becomes 0.
HOST_DEVICE uint8_t int8_pattern(float value) {
  constexpr uint32_t kLargest = 0x42fe0000u;  // 127
  const uint32_t bits = float_to_bits(value);
  const uint32_t magnitude = bits & 0x7fffffffu;
  const uint32_t bounded = magnitude < kLargest ? magnitude : kLargest;
  // One unit in the last place of [2^23, 2^24) is 1: the sum rounds as we need.
  const uint32_t number = float_to_bits(bits_to_float(bounded) + 8388608.0f) - 0x4b000000u;
  const uint32_t negative = 0u - (bits >> 31);  // all ones, or none
  return static_cast<uint8_t>(magnitude > 0x7f800000u ? 0u : (number ^ negative) - negative);
}

// The element types of EightBits.
struct Float8 {
  static constexpr float kLargest = kLargestFloat8;
  uint8_t bits = 0;
};

struct Int8 {
  static constexpr float kLargest = 127;  // -128 has no counterpart: it is never written
  uint8_t bits = 0;
};

HOST_DEVICE float to_float(Float8 value) { return float8_value(value.bits); }
HOST_DEVICE float to_float(Int8 value) { return static_cast<int8_t>(value.bits); }

HOST_DEVICE void from_float(float value, Float8* out) { out->bits = float8_pattern(value); }
HOST_DEVICE void from_float(float value, Int8* out) { out->bits = int8_pattern(value); }

// Calls body with a null pointer of the format's element type.
template <typename Body>
void with_eight_bits(EightBits format, const Body& body) {
  if (format == EightBits::kInt8) return body(static_cast<Int8*>(nullptr));
  return body(static_cast<Float8*>(nullptr));
}

// Launchers keep a row in a tile of the stack or in the registers of a block.
constexpr int64_t kMaxQuantizedWidth = 16384;

// A row of smaller values takes the scale of this one, so that neither the scale nor its inverse
// leaves float32.
constexpr float kSmallestRowMaximum = 0x1p-40f;

// The bits of a magnitude: as integers NaN is larger than infinity and that than all numbers, so
// neither is lost in a row's maximum, and both make NaN of their row times its scale.
HOST_DEVICE uint32_t magnitude_bits(float value) { return float_to_bits(value) & 0x7fffffffu; }

struct RowScale {
  float scale;    // the row is its elements of eight bits times this
  float inverse;  // what it is multiplied by before it is rounded
};

// For elements of the type Eight, from the bits of a row's largest magnitude.
template <typename Eight>
HOST_DEVICE RowScale scale_for(uint32_t largest_bits) {
  const uint32_t least = float_to_bits(kSmallestRowMaximum);
  const float largest = bits_to_float(largest_bits > least ? largest_bits : least);
  return {largest / Eight::kLargest, Eight::kLargest / largest};
}

}  // namespace reflectionflow::kernels
