// What the AVX-512 BF16 paths share: their instruction set, and a pair of bfloat16 for all lanes.
// For x86-64 only.
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

}  // namespace reflectionflow::kernels
