// Packs blocks of keys and values for products of bfloat16 pairs: one load takes 16 lanes of them.
// Only joint_attention_avx512_bf16.cpp includes it.
#pragma once

#include <algorithm>

#include "common/avx512_bf16.h"
#include "common/element.h"
#include "joint_attention/joint_attention_paths.h"

namespace reflectionflow::kernels {
namespace {

constexpr int kLanes = 16;
constexpr int kVectors = 4;                    // of a panel
constexpr int64_t kPanel = kVectors * kLanes;  // keys, or columns of values, that go side by side
constexpr int64_t kKeys = 256;                 // a block; packed, with its values, 128 KB
constexpr int64_t kPairs = kMaxHeadSize / 2;

// Keys lie as (keys / 64, pairs of head elements, 64 keys), values as (columns / 64, pairs of keys,
// 64 columns); each element is a pair of bfloat16. A last panel is narrower, a multiple of 16.
struct PackedBlock {
  alignas(64) int32_t k[kKeys * kPairs];
  alignas(64) int32_t v[kKeys / 2 * kMaxHeadSize];
};

constexpr int64_t round_up(int64_t value, int64_t unit) { return (value + unit - 1) / unit * unit; }

// The 16 x 16 transpose of 32-bit elements, in place.
AVX512_BF16_INLINE void transpose(__m512i r[kLanes]) {
  __m512i t[16];
  for (int i = 0; i < 16; i += 2) {
    t[i] = _mm512_unpacklo_epi32(r[i], r[i + 1]);
    t[i + 1] = _mm512_unpackhi_epi32(r[i], r[i + 1]);
  }
  for (int i = 0; i < 16; i += 4) {
    r[i] = _mm512_unpacklo_epi64(t[i], t[i + 2]);
    r[i + 1] = _mm512_unpackhi_epi64(t[i], t[i + 2]);
    r[i + 2] = _mm512_unpacklo_epi64(t[i + 1], t[i + 3]);
    r[i + 3] = _mm512_unpackhi_epi64(t[i + 1], t[i + 3]);
  }
  // r[4 g + c] now holds, in 128-bit lane l, column 4 l + c of rows 4 g .. 4 g + 3.
  for (int c = 0; c < 4; ++c) {
    const __m512i low01 = _mm512_shuffle_i32x4(r[c], r[4 + c], 0x88);
    const __m512i high01 = _mm512_shuffle_i32x4(r[c], r[4 + c], 0xdd);
    const __m512i low23 = _mm512_shuffle_i32x4(r[8 + c], r[12 + c], 0x88);
    const __m512i high23 = _mm512_shuffle_i32x4(r[8 + c], r[12 + c], 0xdd);
    t[c] = _mm512_shuffle_i32x4(low01, low23, 0x88);
    t[8 + c] = _mm512_shuffle_i32x4(low01, low23, 0xdd);
    t[4 + c] = _mm512_shuffle_i32x4(high01, high23, 0x88);
    t[12 + c] = _mm512_shuffle_i32x4(high01, high23, 0xdd);
  }
  for (int i = 0; i < 16; ++i) r[i] = t[i];
}

// Up to 16 keys become 16 lanes of `stride` elements; lanes without a key are zero.
AVX512_BF16 void pack_keys(const BFloat16* k, int64_t keys, int64_t head, int32_t* to,
                           int64_t stride) {
  for (int64_t pair = 0; pair < head / 2; pair += kLanes) {
    const int64_t pairs = std::min<int64_t>(kLanes, head / 2 - pair);
    const __mmask16 mask = static_cast<__mmask16>((1u << pairs) - 1);
    __m512i rows[kLanes];
#pragma GCC unroll 16
    for (int64_t j = 0; j < kLanes; ++j) {
      rows[j] = j < keys ? _mm512_maskz_loadu_epi32(mask, k + j * head + 2 * pair)
                         : _mm512_setzero_si512();
    }
    transpose(rows);
#pragma GCC unroll 16
    for (int64_t p = 0; p < kLanes; ++p) {
      if (p < pairs) _mm512_store_si512(to + (pair + p) * stride, rows[p]);
    }
  }
}

// Rows 2i and 2i + 1 of the values become pairs; columns beyond the head and a last odd row's
// partner are zero.
AVX512_BF16 void pack_values(const BFloat16* v, int64_t keys, int64_t head, int32_t* to) {
  const int64_t rows = (keys + 1) / 2;
  for (int64_t i = 0; i < rows; ++i) {
    for (int64_t column = 0; column < head; column += kLanes) {
      const int64_t left = std::min<int64_t>(kLanes, head - column);
      const int64_t first = column / kPanel * kPanel;
      const int64_t width = std::min(kPanel, round_up(head - first, kLanes));
      const BFloat16* even = v + 2 * i * head + column;
      const __mmask16 mask = static_cast<__mmask16>((1u << left) - 1);
      const __mmask16 odd_mask = 2 * i + 1 < keys ? mask : 0;
      const __m512i low = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(mask, even));
      const __m512i high = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(odd_mask, even + head));
      _mm512_store_si512(to + first * rows + i * width + (column - first),
                         _mm512_or_si512(low, _mm512_slli_epi32(high, 16)));
    }
  }
}

AVX512_BF16 void pack(const BFloat16* k, const BFloat16* v, int64_t keys, int64_t head,
                      PackedBlock& to) {
  for (int64_t j = 0; j < keys; j += kLanes) {
    const int64_t first = j / kPanel * kPanel;
    const int64_t width = std::min(kPanel, round_up(keys - first, kLanes));
    pack_keys(k + j * head, std::min<int64_t>(kLanes, keys - j), head,
              to.k + first * (head / 2) + (j - first), width);
  }
  pack_values(v, keys, head, to.v);
}

}  // namespace
}  // namespace reflectionflow::kernels
