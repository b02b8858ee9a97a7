// One pixel value each way, in diffusers' order of float32 operations: the same bits on the CPU and
// on CUDA.
#pragma once

#include <cstring>

#include "common/host_device.h"

namespace reflectionflow::kernels {

HOST_DEVICE uint8_t byte_of(float x) {
  constexpr float kRounder = 8388608.0f;  // 2^23: adding it rounds half to even
  float unit = x / 2.0f + 0.5f;
  unit = unit > 0.0f ? unit : 0.0f;  // NaN too
  unit = unit < 1.0f ? unit : 1.0f;
  const float shifted = unit * 255.0f + kRounder;
  uint32_t bits;
  memcpy(&bits, &shifted, sizeof bits);
  return static_cast<uint8_t>(bits);  // the integer is the mantissa
}

HOST_DEVICE float value_of(uint8_t byte) {
  return (static_cast<float>(byte) / 255.0f) * 2.0f - 1.0f;
}

}  // namespace reflectionflow::kernels
