// GELU on CUDA: its formula, its launch, and its launcher for operations that are already checked.
#pragma once

#include "common/flat_launch.h"
#include "gelu_tanh/gelu_tanh.h"

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

// Each row is a part.
inline FlatLaunch gelu_tanh_launch(const GeluTanh& op) {
  const int64_t vector =
      vector_of(op.dtype, {op.x, op.out}, {op.width, op.x_row_stride, op.out_row_stride});
  return flat_launch(op.rows, op.width, vector);
}

// Throws std::runtime_error where CUDA refuses the launch.
void gelu_tanh_cuda(const GeluTanh& op, Stream stream);

}  // namespace reflectionflow::kernels
