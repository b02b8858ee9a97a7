// The online softmax of one thread's accumulators: two rows, which it shares with the three other
// lanes of its quad. Logits are in units of log2(e), so that weights are powers of two.
#pragma once

#include <cmath>
#include <cstdint>
#include <type_traits>

#include "common/element.h"
#include "joint_attention/matrix_layout.h"

// Registers have no addresses: loops over them must vanish. Only device code needs to be told.
#if defined(__CUDA_ARCH__)
#define KERNEL_UNROLL _Pragma("unroll")
#else
#define KERNEL_UNROLL
#endif

namespace reflectionflow::kernels {

// What is known of the thread's two rows after the tiles so far.
struct RunningRows {
  float largest[2] = {-INFINITY, -INFINITY};  // of the whole row
  float total[2] = {0, 0};  // of the thread's columns; the quad's sum is the row's
};

HOST_DEVICE float power_of_two(float exponent) {
#if defined(__CUDA_ARCH__)
  float result;  // two units in the last place; the weight is rounded to 8 or 11 bits next
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(result) : "f"(exponent));
  return result;
#else
  return std::exp2(exponent);
#endif
}

// Two floats rounded to T, `low` in the lower half.
template <typename T>
HOST_DEVICE uint32_t pack_pair(float low, float high) {
#if defined(__CUDA_ARCH__)
  uint32_t pair;
  if constexpr (std::is_same_v<T, BFloat16>)
    asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(high), "f"(low));
  else
    asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(high), "f"(low));
  return pair;
#else
  T first, second;
  store(&first, low);
  store(&second, high);
  return first.bits | static_cast<uint32_t>(second.bits) << 16;
#endif
}

// Keys that a group does not have: no weight.
template <int kValues>
HOST_DEVICE void mask_tail(float (&logits)[kValues], int lane, int keys) {
  KERNEL_UNROLL
  for (int i = 0; i < kValues; ++i)
    if (accumulator_column(lane, i) >= keys) logits[i] = -INFINITY;
}

// The thread's own; NaN does not count, and shows in the weights.
template <int kValues>
HOST_DEVICE void find_largest(const float (&logits)[kValues], float (&largest)[2]) {
  largest[0] = largest[1] = -INFINITY;
  KERNEL_UNROLL
  for (int i = 0; i < kValues; ++i) largest[i / 2 % 2] = fmaxf(largest[i / 2 % 2], logits[i]);
}

// Turns unscaled logits into weights. `largest` is the quad's, unscaled; scale is positive, so that
// it stays the largest. `shrink` is what sums of earlier tiles must be multiplied by.
template <int kValues>
HOST_DEVICE void take_weights(float (&logits)[kValues], const float (&largest)[2], float scale,
                              float bias, RunningRows& rows, float (&shrink)[2]) {
  float shift[2];
  KERNEL_UNROLL
  for (int r = 0; r < 2; ++r) {
    const float now = fmaxf(rows.largest[r], fmaf(largest[r], scale, bias));
    const float base = now == -INFINITY ? 0.0f : now;  // a row of NaN: no infinity minus infinity
    shrink[r] = power_of_two(rows.largest[r] - base);  // 0 at the first tile
    shift[r] = bias - base;
    rows.largest[r] = now;
    rows.total[r] *= shrink[r];
  }
  KERNEL_UNROLL
  for (int i = 0; i < kValues; ++i) {
    const int r = i / 2 % 2;
    logits[i] = power_of_two(fmaf(logits[i], scale, shift[r]));
    rows.total[r] += logits[i];
  }
}

// Weights of keys 16 b to 16 b + 15 as operand A of the product with the values.
template <typename T, int kValues>
HOST_DEVICE void pack_operand_a(const float (&weights)[kValues], int b, uint32_t (&operand)[4]) {
  KERNEL_UNROLL
  for (int reg = 0; reg < 4; ++reg)
    operand[reg] = pack_pair<T>(weights[accumulator_for_operand_a(b, reg, 0)],
                                weights[accumulator_for_operand_a(b, reg, 1)]);
}

template <int kValues>
HOST_DEVICE void shrink_rows(float (&sums)[kValues], const float (&shrink)[2]) {
  KERNEL_UNROLL
  for (int i = 0; i < kValues; ++i) sums[i] *= shrink[i / 2 % 2];
}

}  // namespace reflectionflow::kernels
