// Joint attention for bfloat16 on AVX-512 BF16: both products multiply pairs of bfloat16 into
// float32.
//
// A query's pair, or a weight's, is broadcast against packed keys, or values. Weights are rounded
// to bfloat16, and so are those that their sum counts: the rounding then cancels in large part.
#if defined(__x86_64__)
#include <algorithm>
#include <cstring>
#include <limits>

#include "joint_attention/joint_attention_pack_avx512.h"

namespace reflectionflow::kernels {
namespace {

constexpr int kRows = 6;  // queries that go through registers together
constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kLog2e = 1.44269504f;

// About 230 KB, of which a block of keys and values must stay in the second-level cache.
struct Tiles {
  PackedBlock block;
  alignas(64) float weights[kRows * kKeys];  // logits in units of log 2, then bfloat16 rows
  alignas(64) float sums[kMaxQueries * kMaxHeadSize];
  float largest[kMaxQueries];
  float total[kMaxQueries];
};

// Logits of kRows queries and one panel of keys, times scale.
template <int kWidth>
AVX512_BF16 void multiply_keys(const char* const q[kRows], const int32_t* k, int64_t pairs,
                               float scale, float* logits) {
  __m512 sums[kRows][kWidth];
#pragma GCC unroll 6
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
    for (int u = 0; u < kWidth; ++u) sums[r][u] = _mm512_setzero_ps();
  }
  multiply_pairs<kRows, kWidth>(q, k, pairs, sums);
  const __m512 factor = _mm512_set1_ps(scale);
#pragma GCC unroll 6
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
    for (int u = 0; u < kWidth; ++u)
      _mm512_store_ps(logits + r * kKeys + u * kLanes, _mm512_mul_ps(sums[r][u], factor));
  }
}

// sums = sums * shrink + weights v for kRows queries and one panel of columns.
template <int kWidth>
AVX512_BF16 void multiply_values(const char* const weights[kRows], const int32_t* v, int64_t pairs,
                                 const float* shrink, float* out) {
  __m512 sums[kRows][kWidth];
#pragma GCC unroll 6
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
    for (int u = 0; u < kWidth; ++u)
      sums[r][u] = _mm512_mul_ps(_mm512_load_ps(out + r * kMaxHeadSize + u * kLanes),
                                 _mm512_set1_ps(shrink[r]));
  }
  multiply_pairs<kRows, kWidth>(weights, v, pairs, sums);
#pragma GCC unroll 6
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
    for (int u = 0; u < kWidth; ++u)
      _mm512_store_ps(out + r * kMaxHeadSize + u * kLanes, sums[r][u]);
  }
}

using MultiplyKeys = void (*)(const char* const*, const int32_t*, int64_t, float, float*);
using MultiplyValues = void (*)(const char* const*, const int32_t*, int64_t, const float*, float*);
constexpr MultiplyKeys kMultiplyKeys[kVectors] = {multiply_keys<1>, multiply_keys<2>,
                                                  multiply_keys<3>, multiply_keys<4>};
constexpr MultiplyValues kMultiplyValues[kVectors] = {multiply_values<1>, multiply_values<2>,
                                                      multiply_values<3>, multiply_values<4>};

// 2^x: a polynomial of degree 4 in x's fraction is right to 2^-18, and bfloat16 keeps 2^-9.
AVX512_BF16_INLINE __m512 power_of_two(__m512 x) {
  const __m512 f = _mm512_reduce_ps(x, _MM_FROUND_TO_NEG_INF);
  __m512 sum = _mm512_set1_ps(0.01353417f);
  sum = _mm512_fmadd_ps(sum, f, _mm512_set1_ps(0.05201146f));
  sum = _mm512_fmadd_ps(sum, f, _mm512_set1_ps(0.24144275f));
  sum = _mm512_fmadd_ps(sum, f, _mm512_set1_ps(0.69300383f));
  sum = _mm512_fmadd_ps(sum, f, _mm512_set1_ps(1.0000026f));
  return _mm512_scalef_ps(sum, x);  // floors x by itself
}

// The largest logit of each row. A NaN is no maximum: max_ps then takes its second operand.
AVX512_BF16_INLINE void largest_of_rows(const float* logits, int64_t keys, float largest[kRows]) {
  __m512 high[kRows];
#pragma GCC unroll 6
  for (int r = 0; r < kRows; ++r) high[r] = _mm512_set1_ps(-kInfinity);
  for (int64_t j = 0; j < keys; j += kLanes) {
#pragma GCC unroll 6
    for (int r = 0; r < kRows; ++r)
      high[r] = _mm512_max_ps(_mm512_load_ps(logits + r * kKeys + j), high[r]);
  }
#pragma GCC unroll 6
  for (int r = 0; r < kRows; ++r) largest[r] = _mm512_reduce_max_ps(high[r]);
}

// Rows of logits become bfloat16 weights in their own places; sums[r] is what they add up to. All
// rows go side by side, or each sum would wait for itself. `keys` is a multiple of 32.
AVX512_BF16_INLINE void weigh_rows(float* logits, int64_t keys, const float shift[kRows],
                                   float sums[kRows]) {
  const __m512bh ones = (__m512bh)_mm512_set1_epi32(0x3f803f80);
  __m512 sum[kRows];
#pragma GCC unroll 6
  for (int r = 0; r < kRows; ++r) sum[r] = _mm512_setzero_ps();
  for (int64_t j = 0; j < keys; j += 2 * kLanes) {
#pragma GCC unroll 6
    for (int r = 0; r < kRows; ++r) {
      float* row = logits + r * kKeys;
      const __m512 by = _mm512_set1_ps(shift[r]);
      const __m512 a = power_of_two(_mm512_add_ps(_mm512_load_ps(row + j), by));
      const __m512 b = power_of_two(_mm512_add_ps(_mm512_load_ps(row + j + kLanes), by));
      const __m512bh weights = _mm512_cvtne2ps_pbh(b, a);
      sum[r] = _mm512_dpbf16_ps(sum[r], weights, ones);
      _mm512_store_si512(row + j / 2, (__m512i)weights);
    }
  }
#pragma GCC unroll 6
  for (int r = 0; r < kRows; ++r) sums[r] = _mm512_reduce_add_ps(sum[r]);
}

// Softmax of a block's logits into weights; shrink[r] is by how much row r's earlier sums shrink.
AVX512_BF16_INLINE void soften(float* logits, int64_t keys, float bias, float* largest,
                               float* total, float shrink[kLanes]) {
  alignas(64) float shift[kLanes] = {}, sums[kRows];
  largest_of_rows(logits, keys, sums);
  for (int r = 0; r < kRows; ++r) {
    const float before = largest[r];
    largest[r] = std::max(before, sums[r] + bias);
    // Logits that overflowed to -infinity must not become NaN through -inf - -inf.
    const float base = largest[r] == -kInfinity ? 0.0f : largest[r];
    shift[r] = bias - base;
    shrink[r] = before - base;
  }
  weigh_rows(logits, keys, shift, sums);
  _mm512_store_ps(shrink, power_of_two(_mm512_load_ps(shrink)));
  for (int r = 0; r < kRows; ++r) total[r] = total[r] * shrink[r] + sums[r];
}

// kRows queries against the packed block; row is the first of them within the tile.
AVX512_BF16 void attend_rows(Tiles& t, const char* const q[kRows], int64_t row, int64_t keys,
                             const JointAttention& op, float bias) {
  const int64_t head = op.head_size, padded = round_up(keys, 2 * kLanes);
  const float scale = op.scale * kLog2e;
  for (int64_t j = 0; j < keys; j += kPanel) {
    const int64_t vectors = (std::min(kPanel, keys - j) + kLanes - 1) / kLanes;
    kMultiplyKeys[vectors - 1](q, t.block.k + j * (head / 2), head / 2, scale, t.weights + j);
  }
  const char* weights[kRows];
  alignas(64) float shrink[kLanes] = {};
  for (int r = 0; r < kRows; ++r) {
    float* logits = t.weights + r * kKeys;
    std::fill(logits + keys, logits + padded, -kInfinity);
    weights[r] = reinterpret_cast<const char*>(logits);
  }
  soften(t.weights, padded, bias * kLog2e, t.largest + row, t.total + row, shrink);
  const int64_t pairs = (keys + 1) / 2;
  for (int64_t d = 0; d < head; d += kPanel) {
    const int64_t vectors = (std::min(kPanel, head - d) + kLanes - 1) / kLanes;
    kMultiplyValues[vectors - 1](weights, t.block.v + d * pairs, pairs, shrink,
                                 t.sums + row * kMaxHeadSize + d);
  }
}

AVX512_BF16 void write_rows(const JointAttention& op, const QueryTile& tile, const Tiles& t) {
  const Rows<void>& out = op.out[tile.group];
  BFloat16* to = static_cast<BFloat16*>(out.data) + output_offset(op, tile);
  for (int64_t i = 0; i < tile.queries; ++i) {
    const __m512 inverse = _mm512_set1_ps(1.0f / t.total[i]);
    for (int64_t d = 0; d < op.head_size; d += kLanes) {
      const int64_t left = std::min<int64_t>(kLanes, op.head_size - d);
      const __m512 sums = _mm512_load_ps(t.sums + i * kMaxHeadSize + d);
      _mm256_mask_storeu_epi16(to + i * out.row_stride + d,
                               static_cast<__mmask16>((1u << left) - 1),
                               (__m256i)_mm512_cvtneps_pbh(_mm512_mul_ps(sums, inverse)));
    }
  }
}

}  // namespace

AVX512_BF16 void attend_avx512_bf16(const JointAttention& op, const QueryTile& tile) {
  const int64_t head = op.head_size, rows = round_up(tile.queries, kRows);
  const BFloat16* q = static_cast<const BFloat16*>(op.q) + query_offset(op, tile);
  Tiles t;
  std::fill_n(t.sums, rows * kMaxHeadSize, 0.0f);
  std::fill_n(t.largest, rows, -kInfinity);
  std::fill_n(t.total, rows, 0.0f);
  int64_t key = head_offset(op, tile);
  for (int g = 0; g < op.groups; key += op.group_tokens[g] * head, ++g) {
    const float bias = op.bias[tile.group][g];
    if (bias == -kInfinity) continue;
    for (int64_t j = 0; j < op.group_tokens[g]; j += kKeys) {
      const int64_t keys = std::min(kKeys, op.group_tokens[g] - j), at = key + j * head;
      pack(static_cast<const BFloat16*>(op.k) + at, static_cast<const BFloat16*>(op.v) + at, keys,
           head, t.block);
      for (int64_t row = 0; row < rows; row += kRows) {
        const char* pointers[kRows];
        // Rows beyond the tile repeat its last; nobody reads their results.
        for (int64_t r = 0; r < kRows; ++r)
          pointers[r] =
              reinterpret_cast<const char*>(q + std::min(row + r, tile.queries - 1) * head);
        attend_rows(t, pointers, row, keys, op, bias);
      }
    }
  }
  write_rows(op, tile, t);
}

}  // namespace reflectionflow::kernels
#endif
