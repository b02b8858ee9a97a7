// What the AVX-512 BF16 paths share: their instruction set, and the product of pairs of bfloat16
// that stays in registers. For x86-64 only.
#pragma once

#include <immintrin.h>

#include <cstdint>
#include <cstring>

// GCC's own intrinsics start from registers that are undefined on purpose.
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"

// Attributes instead of flags for the file: inline functions of headers stay fit for any processor.
#define AVX512_BF16 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512bf16")))
#define AVX512_BF16_INLINE AVX512_BF16 __attribute__((always_inline)) inline

namespace reflectionflow::kernels {

AVX512_BF16_INLINE __m512bh broadcast_pair(const void* at) {
  int32_t pair;
  std::memcpy(&pair, at, sizeof pair);
  return (__m512bh)_mm512_set1_epi32(pair);
}

// sums += left right for kRows rows of `pairs` pairs, one after the other, and a panel of kWidth
// vectors, packed (pairs, kWidth, 16). At most 6 by 4: 24 sums, 4 operands and a broadcast in 32
// registers.
template <int kRows, int kWidth>
AVX512_BF16_INLINE void multiply_pairs(const char* const left[kRows], const int32_t* right,
                                       int64_t pairs, __m512 sums[kRows][kWidth]) {
  static_assert(kRows <= 6 && kWidth <= 4, "more sums than registers");
  for (int64_t p = 0; p < pairs; ++p) {
    __m512bh operand[kWidth];
#pragma GCC unroll 4
    for (int u = 0; u < kWidth; ++u)
      operand[u] = (__m512bh)_mm512_loadu_si512(right + (p * kWidth + u) * 16);
#pragma GCC unroll 6
    for (int r = 0; r < kRows; ++r) {
      const __m512bh factor = broadcast_pair(left[r] + 4 * p);
#pragma GCC unroll 4
      for (int u = 0; u < kWidth; ++u)
        sums[r][u] = _mm512_dpbf16_ps(sums[r][u], factor, operand[u]);
    }
  }
}

}  // namespace reflectionflow::kernels
