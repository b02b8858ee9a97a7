// Eight-bit floats (e4m3: four bits of exponent, three of mantissa, no infinity) by their bits: for
// the CPU, and for CUDA where a card has no conversion.
#pragma once

#include <cstring>

#include "common/host_device.h"

namespace reflectionflow::kernels {

constexpr float kLargestFloat8 = 448;  // 0x7e; 0x7f is NaN

HOST_DEVICE uint32_t float_to_bits(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

HOST_DEVICE float bits_to_float(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

// To nearest even; what lies beyond the largest value, infinity too, becomes the largest, and NaN
// loses its sign: so does the conversion that newer GPUs have.
HOST_DEVICE uint8_t float8_pattern(float value) {
  const uint32_t bits = float_to_bits(value);
  const uint32_t magnitude = bits & 0x7fffffffu;
  // Exponent bias 7 instead of 127; a mantissa that rounds over carries into the exponent.
  const uint32_t normal = (magnitude - (120u << 23) + 0x7ffff + ((magnitude >> 20) & 1)) >> 20;
  // One unit in the last place of [2^14, 2^15) is 2^-9, the smallest subnormal: the sum rounds as
  // we need.
  const uint32_t subnormal = float_to_bits(bits_to_float(magnitude) + 16384.0f) - 0x46800000u;
  const uint32_t finite = magnitude < 0x3c800000u ? subnormal : normal;
  const uint32_t number = ((bits >> 24) & 0x80u) | (finite < 0x7eu ? finite : 0x7eu);
  return static_cast<uint8_t>(magnitude > 0x7f800000u ? 0x7fu : number);
}

HOST_DEVICE float float8_value(uint8_t pattern) {
  const uint32_t sign = static_cast<uint32_t>(pattern & 0x80) << 24;
  const uint32_t magnitude = static_cast<uint32_t>(pattern & 0x7f) << 20;
  const uint32_t normal = magnitude + (120u << 23);
  // 2^-6 * (1 + m / 8) - 2^-6 is the subnormal m * 2^-9, exactly.
  const uint32_t subnormal =
      float_to_bits(bits_to_float(magnitude + 0x3c800000u) - bits_to_float(0x3c800000u));
  const uint32_t finite = magnitude < 0x00800000u ? subnormal : normal;
  return bits_to_float(sign | (magnitude == 0x07f00000u ? 0x7fc00000u : finite));
}

}  // namespace reflectionflow::kernels
