// The angle whose cosine and sine embed a value: the same bits on the CPU and on CUDA.
#pragma once

#include <cmath>

#include "common/host_device.h"

namespace reflectionflow::kernels {

// Rounded to float32 after each operation, as the reference. exp in double, because float exps
// differ in the last bit between libraries, and a last bit moves an entry at 7000 by 3e-4.
HOST_DEVICE float timestep_angle(float value, int64_t i, int64_t frequencies) {
  constexpr float kMinusLogOfTenThousand = -9.210340371976184f;
  const float exponent = kMinusLogOfTenThousand * static_cast<float>(i);
  const double scaled = exponent / static_cast<float>(frequencies);
  return value * static_cast<float>(exp(scaled));
}

}  // namespace reflectionflow::kernels
