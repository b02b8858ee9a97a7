// Loads and stores of float32, bfloat16 and float16 elements as float, rounding to nearest even.
#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>

#include "common/kernel.h"

// A part of its caller, whose instruction set it takes.
#define KERNEL_INLINE __attribute__((always_inline)) inline

namespace reflectionflow::kernels {

struct BFloat16 {
  uint16_t bits = 0;
};

struct Float16 {
  uint16_t bits = 0;
};

KERNEL_INLINE uint32_t bits_of(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

KERNEL_INLINE float float_of(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

KERNEL_INLINE float to_float(float value) { return value; }

KERNEL_INLINE float to_float(BFloat16 value) {
  return float_of(static_cast<uint32_t>(value.bits) << 16);
}

// No branches, so that loops over rows become vector code without F16C.
KERNEL_INLINE float to_float(Float16 value) {
  const uint32_t sign = static_cast<uint32_t>(value.bits & 0x8000) << 16;
  const uint32_t magnitude = static_cast<uint32_t>(value.bits & 0x7fff) << 13;
  const uint32_t normal = magnitude + (112u << 23);  // exponent bias 127 instead of 15
  const uint32_t special = magnitude | 0x7f800000u;  // infinity, NaN
  // 2^-14 * (1 + m / 1024) - 2^-14 is the subnormal m * 2^-24, exactly.
  const uint32_t subnormal = bits_of(float_of(magnitude + 0x38800000u) - float_of(0x38800000u));
  const uint32_t finite = magnitude < 0x00800000u ? subnormal : normal;
  return float_of(sign | (magnitude >= 0x0f800000u ? special : finite));
}

KERNEL_INLINE void from_float(float value, float* out) { *out = value; }

KERNEL_INLINE void from_float(float value, BFloat16* out) {
  const uint32_t bits = bits_of(value);
  const uint32_t rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
  const uint32_t quiet_nan = (bits >> 16) | 0x0040;
  out->bits = static_cast<uint16_t>(value != value ? quiet_nan : rounded);
}

KERNEL_INLINE void from_float(float value, Float16* out) {
  const uint32_t bits = bits_of(value);
  const uint32_t sign = (bits >> 16) & 0x8000;
  const uint32_t magnitude = bits & 0x7fffffffu;
  // A mantissa that rounds over carries into the exponent, up to infinity: as it should.
  const uint32_t normal = (magnitude - (112u << 23) + 0xfff + ((magnitude >> 13) & 1)) >> 13;
  // One unit in the last place of [0.5, 1) is 2^-24, float16's smallest subnormal: the sum rounds
  // as we need.
  const uint32_t subnormal = bits_of(float_of(magnitude) + 0.5f) - 0x3f000000u;
  const uint32_t finite = magnitude < 0x38800000u ? subnormal : normal;
  const uint32_t special = magnitude > 0x7f800000u ? 0x7e00u : 0x7c00u;
  out->bits = static_cast<uint16_t>(sign | (magnitude >= 0x477ff000u ? special : finite));
}

template <typename T>
KERNEL_INLINE float load(const T* at) {
  return to_float(*at);
}

template <typename T>
KERNEL_INLINE void store(T* at, float value) {
  from_float(value, at);
}

// Calls body with a null pointer of the element's type: body([](auto* element) { ... }).
template <typename Body>
void with_element_type(DType dtype, const Body& body) {
  switch (dtype) {
    case DType::kFloat32:
      return body(static_cast<float*>(nullptr));
    case DType::kBFloat16:
      return body(static_cast<BFloat16*>(nullptr));
    case DType::kFloat16:
      return body(static_cast<Float16*>(nullptr));
  }
}

}  // namespace reflectionflow::kernels
