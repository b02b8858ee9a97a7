// GELU as CUDA computes it, over powers and quotients that tests replace by worse ones.
#pragma once

#include "common/host_device.h"

namespace reflectionflow::kernels {

// x / (1 + 2^e), with e = -2 log2(e) sqrt(2/pi) (x + 0.044715 x^3): 0.5 (1 + tanh(u)) is
// 1 / (1 + exp(-2u)). Memory leaves some 30 instructions for each element, so the power and the
// quotient are the card's approximations; a test passes worse ones.
template <typename Power, typename Quotient>
HOST_DEVICE float gelu_by(float x, const Power& power_of_two, const Quotient& quotient) {
  constexpr float kLinear = -2.302208198f, kCubic = kLinear * 0.044715f;
  const float exponent = x * (kLinear + kCubic * (x * x));
  return quotient(x, 1.0f + power_of_two(exponent));
}

}  // namespace reflectionflow::kernels
