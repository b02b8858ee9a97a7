// Joint attention in float32 whatever the operands' dtype: online softmax over blocks of keys, one
// text compiled for vectors of 4, 8 and 16 lanes.
#include <algorithm>
#include <limits>

#include "common/element.h"
#include "common/fast_exp.h"
#include "common/vectorised.h"
#include "joint_attention/joint_attention_paths.h"

namespace reflectionflow::kernels {
namespace {

constexpr int64_t kKeys = 64;  // a block; also the most columns that multiply_add may run over
constexpr int kRows = 6;       // with two vectors: 12 sums, 2 operands and a factor in 16 registers
constexpr float kInfinity = std::numeric_limits<float>::infinity();

// About 265 KB: within the second-level cache, and little of a thread's stack.
struct Tiles {
  alignas(64) float q[kMaxQueries * kMaxHeadSize];
  alignas(64) float k_transposed[kMaxHeadSize * kKeys];
  alignas(64) float v[kKeys * kMaxHeadSize];
  alignas(64) float weights[kRows * kKeys];  // logits first, then their exponentials
  alignas(64) float sums[kMaxQueries * kMaxHeadSize];
  float largest[kMaxQueries];
  float total[kMaxQueries];
};

template <int kLanes>
struct Vector {
  typedef float type __attribute__((vector_size(kLanes * sizeof(float)), may_alias));
  typedef int32_t bits __attribute__((vector_size(kLanes * sizeof(float)), may_alias));
};

// One vector of x - base <= 0 becomes its exp within two units in the last place; 0 below -87.3 (no
// subnormals), NaN stays NaN. In vectors by hand: without AVX-512 compilers keep fast_exp's ends as
// branches.
template <int kLanes>
KERNEL_INLINE void exponentiate(float* at, float base) {
  using V = typename Vector<kLanes>::type;
  using Bits = typename Vector<kLanes>::bits;
  const V x = *reinterpret_cast<const V*>(at) - base;
  const V shifted = x * 1.44269504f + 12582912.0f;  // 1.5 * 2^23: adding it rounds to an integer
  const V n = shifted - 12582912.0f;
  // ln 2 in two parts; the first has few enough bits for n * part to be exact.
  const V r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  V sum = r * (1.0f / 5040) + 1.0f / 720;
  sum = sum * r + 1.0f / 120;
  sum = sum * r + 1.0f / 24;
  sum = sum * r + 1.0f / 6;
  sum = sum * r + 0.5f;
  const V mantissa = (sum * r) * r + r + 1.0f;
  const Bits exponent = (Bits)shifted - 0x4b400000 + 127;
  const V result = mantissa * (V)(exponent << 23);
  *reinterpret_cast<V*>(at) = x < -87.33655f ? V{} : result;
}

// c += a b for a: kRows x k and b: k x n, row-major; n is rounded up to two vectors.
template <int kLanes>
KERNEL_INLINE void multiply_add(const float* a, int64_t lda, const float* b, int64_t ldb, float* c,
                                int64_t ldc, int64_t n, int64_t k) {
  using V = typename Vector<kLanes>::type;
  for (int64_t j = 0; j < n; j += 2 * kLanes) {
    V sum[kRows][2];
    for (int r = 0; r < kRows; ++r) {
      for (int u = 0; u < 2; ++u)
        sum[r][u] = *reinterpret_cast<const V*>(c + r * ldc + j + u * kLanes);
    }
    for (int64_t l = 0; l < k; ++l) {
      const V left = *reinterpret_cast<const V*>(b + l * ldb + j);
      const V right = *reinterpret_cast<const V*>(b + l * ldb + j + kLanes);
      for (int r = 0; r < kRows; ++r) {
        const float factor = a[r * lda + l];
        sum[r][0] += factor * left;
        sum[r][1] += factor * right;
      }
    }
    for (int r = 0; r < kRows; ++r) {
      for (int u = 0; u < 2; ++u) *reinterpret_cast<V*>(c + r * ldc + j + u * kLanes) = sum[r][u];
    }
  }
}

// Logits to weights for one query row; earlier sums shrink to the new largest logit. Logits without
// a key are -infinity: loops of constant length become vector code.
template <int kLanes>
KERNEL_INLINE void soften_row(float* weights, int64_t keys, int64_t head, float bias,
                              float* largest_so_far, float* total_so_far, float* sums) {
  std::fill(weights + keys, weights + kKeys, -kInfinity);
  float largest = *largest_so_far - bias;
#pragma omp simd reduction(max : largest)
  for (int64_t j = 0; j < kKeys; ++j) largest = weights[j] > largest ? weights[j] : largest;
  // Logits that overflowed to -infinity must not become NaN through -inf - -inf.
  const float base = largest == -kInfinity ? 0.0f : largest;
  const float shrink = fast_exp(*largest_so_far - bias - base);
  for (int64_t j = 0; j < kKeys; j += kLanes) exponentiate<kLanes>(weights + j, base);
  float total = 0;
#pragma omp simd reduction(+ : total)
  for (int64_t j = 0; j < kKeys; ++j) total += weights[j];
  *largest_so_far = largest + bias;
  *total_so_far = *total_so_far * shrink + total;
#pragma omp simd
  for (int64_t d = 0; d < head; ++d) sums[d] *= shrink;
}

// One block of keys against all queries of the tile; `rows` is a multiple of kRows.
template <int kLanes>
KERNEL_INLINE void attend_keys(Tiles& t, int64_t rows, int64_t keys, int64_t head, float bias) {
  for (int64_t row = 0; row < rows; row += kRows) {
    float* sums = t.sums + row * kMaxHeadSize;
    std::fill_n(t.weights, kRows * kKeys, 0.0f);
    multiply_add<kLanes>(t.q + row * kMaxHeadSize, kMaxHeadSize, t.k_transposed, kKeys, t.weights,
                         kKeys, keys, head);
    for (int r = 0; r < kRows; ++r)
      soften_row<kLanes>(t.weights + r * kKeys, keys, head, bias, t.largest + row + r,
                         t.total + row + r, sums + r * kMaxHeadSize);
    multiply_add<kLanes>(t.weights, kKeys, t.v, kMaxHeadSize, sums, kMaxHeadSize, head, keys);
  }
}

template <typename T>
KERNEL_INLINE void load_keys(const T* k, const T* v, int64_t keys, int64_t head, Tiles& t) {
  for (int64_t j = 0; j < keys; ++j) {
    for (int64_t d = 0; d < head; ++d) t.k_transposed[d * kKeys + j] = load(k + j * head + d);
  }
  for (int64_t j = 0; j < keys; ++j) {
#pragma omp simd
    for (int64_t d = 0; d < head; ++d) t.v[j * kMaxHeadSize + d] = load(v + j * head + d);
  }
}

// Rows beyond the queries, and columns beyond the keys or the head, are computed but never stored.
template <typename T>
KERNEL_INLINE void load_queries(const JointAttention& op, const QueryTile& tile, int64_t rows,
                                Tiles& t) {
  std::fill_n(t.q, rows * kMaxHeadSize, 0.0f);
  std::fill_n(t.k_transposed, op.head_size * kKeys, 0.0f);
  std::fill_n(t.v, kKeys * kMaxHeadSize, 0.0f);
  std::fill_n(t.sums, rows * kMaxHeadSize, 0.0f);
  std::fill_n(t.largest, rows, -kInfinity);
  std::fill_n(t.total, rows, 0.0f);
  const T* q = static_cast<const T*>(op.q) + query_offset(op, tile);
  for (int64_t i = 0; i < tile.queries; ++i) {
#pragma omp simd
    for (int64_t d = 0; d < op.head_size; ++d)
      t.q[i * kMaxHeadSize + d] = load(q + i * op.head_size + d) * op.scale;
  }
}

template <typename T>
KERNEL_INLINE void write_rows(const JointAttention& op, const QueryTile& tile, const Tiles& t) {
  const Rows<void>& out = op.out[tile.group];
  T* to = static_cast<T*>(out.data) + output_offset(op, tile);
  for (int64_t i = 0; i < tile.queries; ++i) {
    const float inverse = 1.0f / t.total[i];
#pragma omp simd
    for (int64_t d = 0; d < op.head_size; ++d)
      store(to + i * out.row_stride + d, t.sums[i * kMaxHeadSize + d] * inverse);
  }
}

template <typename T, int kLanes>
KERNEL_INLINE void attend(const JointAttention& op, const QueryTile& tile) {
  const int64_t head = op.head_size, rows = (tile.queries + kRows - 1) / kRows * kRows;
  Tiles t;
  load_queries<T>(op, tile, rows, t);
  int64_t key = head_offset(op, tile);
  for (int g = 0; g < op.groups; key += op.group_tokens[g] * head, ++g) {
    const float bias = op.bias[tile.group][g];
    if (bias == -kInfinity) continue;
    for (int64_t j = 0; j < op.group_tokens[g]; j += kKeys) {
      const int64_t keys = std::min(kKeys, op.group_tokens[g] - j), at = key + j * head;
      load_keys(static_cast<const T*>(op.k) + at, static_cast<const T*>(op.v) + at, keys, head, t);
      attend_keys<kLanes>(t, rows, keys, head, bias);
    }
  }
  write_rows<T>(op, tile, t);
}

template <int kLanes>
KERNEL_INLINE void attend_any(const JointAttention& op, const QueryTile& tile) {
  if (op.dtype == DType::kFloat32) return attend<float, kLanes>(op, tile);
  if (op.dtype == DType::kBFloat16) return attend<BFloat16, kLanes>(op, tile);
  attend<Float16, kLanes>(op, tile);
}

}  // namespace

void attend_portable(const JointAttention& op, const QueryTile& tile) { attend_any<4>(op, tile); }

#if defined(__x86_64__)
KERNEL_AVX2 void attend_avx2(const JointAttention& op, const QueryTile& tile) {
  attend_any<8>(op, tile);
}

KERNEL_AVX512 void attend_avx512(const JointAttention& op, const QueryTile& tile) {
  attend_any<16>(op, tile);
}
#endif

}  // namespace reflectionflow::kernels
