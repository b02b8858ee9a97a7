// Joint attention on the CPU: online softmax over tiles of keys, tiles of queries in parallel, all
// tiles on the stack.
#include <algorithm>
#include <cmath>
#include <limits>

#include "common/element.h"
#include "common/fast_exp.h"
#include "common/parallel.h"
#include "common/precondition.h"
#include "joint_attention/joint_attention.h"

namespace reflectionflow::kernels {
namespace {

constexpr const char* kOp = "joint_attention";
constexpr int64_t kQueries = 32;  // rows of a query tile
constexpr int64_t kKeys = 64;     // rows of a key tile
constexpr int64_t kMaxHead = 128;
constexpr int kRows = 4;  // rows of a register block
constexpr float kInfinity = std::numeric_limits<float>::infinity();

void check_bias(const JointAttention& op) {
  for (int i = 0; i < op.groups; ++i) {
    bool sees_a_key = op.group_tokens[i] == 0;
    for (int j = 0; j < op.groups; ++j) {
      const float bias = op.bias[i][j];
      require(bias < kInfinity, kOp, "bias ", bias, " of groups ", i, " and ", j,
              " is neither finite nor -inf");
      sees_a_key = sees_a_key || (op.group_tokens[j] > 0 && bias > -kInfinity);
    }
    require(sees_a_key, kOp, "queries of group ", i, " see no key");
  }
}

void check(const JointAttention& op, Stream stream) {
  require_cpu(kOp, stream);
  require_dtype(kOp, op.dtype);
  require_positive(kOp, "batch", op.batch);
  require_positive(kOp, "heads", op.heads);
  require(op.head_size >= 16 && op.head_size <= kMaxHead && op.head_size % 8 == 0, kOp,
          "head_size ", op.head_size, " is not a multiple of 8 in [16, 128]");
  require(std::isfinite(op.scale), kOp, "scale ", op.scale, " is not finite");
  require(op.groups >= 1 && op.groups <= kMaxRowGroups, kOp, "groups ", op.groups,
          " is not in [1, ", kMaxRowGroups, "]");
  for (int g = 0; g < op.groups; ++g) {
    require(op.group_tokens[g] >= 0, kOp, "tokens ", op.group_tokens[g], " of group ", g,
            " is negative");
    if (op.group_tokens[g] == 0) continue;
    require(op.out[g].data != nullptr, kOp, "output of group ", g, " is null");
    require_row_stride(kOp, "output", op.out[g].row_stride, op.heads * op.head_size);
  }
  check_bias(op);
  require_memory(kOp, "q", op.q);
  require_memory(kOp, "k", op.k);
  require_memory(kOp, "v", op.v);
}

// About 100 KB: within the second-level cache, and little of a thread's stack.
struct Tiles {
  alignas(64) float q[kQueries * kMaxHead];
  alignas(64) float k_transposed[kMaxHead * kKeys];
  alignas(64) float v[kKeys * kMaxHead];
  alignas(64) float weights[kQueries * kKeys];  // logits first, then their exponentials
  alignas(64) float sums[kQueries * kMaxHead];
  float largest[kQueries];
  float total[kQueries];
};

template <int kLanes>
struct Vector {
  typedef float type __attribute__((vector_size(kLanes * sizeof(float)), aligned(4), may_alias));
};

// c += a b for a: m x k and b: k x n, row-major; m a multiple of kRows, n rounded up to 2 vectors.
template <int kLanes>
__attribute__((always_inline)) inline void multiply_add(const float* a, int64_t lda, const float* b,
                                                        int64_t ldb, float* c, int64_t ldc,
                                                        int64_t m, int64_t n, int64_t k) {
  using V = typename Vector<kLanes>::type;
  for (int64_t i = 0; i < m; i += kRows) {
    for (int64_t j = 0; j < n; j += 2 * kLanes) {
      V sum[kRows][2];
      for (int r = 0; r < kRows; ++r) {
        for (int u = 0; u < 2; ++u) {
          sum[r][u] = *reinterpret_cast<const V*>(c + (i + r) * ldc + j + u * kLanes);
        }
      }
      for (int64_t l = 0; l < k; ++l) {
        const V left = *reinterpret_cast<const V*>(b + l * ldb + j);
        const V right = *reinterpret_cast<const V*>(b + l * ldb + j + kLanes);
        for (int r = 0; r < kRows; ++r) {
          const float factor = a[(i + r) * lda + l];
          sum[r][0] += factor * left;
          sum[r][1] += factor * right;
        }
      }
      for (int r = 0; r < kRows; ++r) {
        for (int u = 0; u < 2; ++u)
          *reinterpret_cast<V*>(c + (i + r) * ldc + j + u * kLanes) = sum[r][u];
      }
    }
  }
}

// Logits to weights for one query row; earlier sums shrink to the new largest logit.
__attribute__((always_inline)) inline void soften_row(Tiles& t, int64_t row, int64_t keys,
                                                      int64_t head, float bias) {
  float* weights = t.weights + row * kKeys;
  float largest = t.largest[row];
  for (int64_t j = 0; j < keys; ++j) weights[j] += bias;
#pragma omp simd reduction(max : largest)
  for (int64_t j = 0; j < keys; ++j) largest = weights[j] > largest ? weights[j] : largest;
  // Logits that overflowed to -infinity must not become NaN through -inf - -inf.
  const float base = largest == -kInfinity ? 0.0f : largest;
  const float shrink = fast_exp(t.largest[row] - base);
  float total = 0;
#pragma omp simd reduction(+ : total)
  for (int64_t j = 0; j < keys; ++j) {
    weights[j] = fast_exp(weights[j] - base);
    total += weights[j];
  }
  t.largest[row] = largest;
  t.total[row] = t.total[row] * shrink + total;
#pragma omp simd
  for (int64_t d = 0; d < head; ++d) t.sums[row * kMaxHead + d] *= shrink;
}

// One tile of keys against the tile of queries; `queries` is a multiple of kRows.
template <int kLanes>
__attribute__((always_inline)) inline void attend(Tiles& t, int64_t queries, int64_t keys,
                                                  int64_t head, float bias) {
  std::fill_n(t.weights, queries * kKeys, 0.0f);
  multiply_add<kLanes>(t.q, kMaxHead, t.k_transposed, kKeys, t.weights, kKeys, queries, kKeys,
                       head);
  for (int64_t i = 0; i < queries; ++i) soften_row(t, i, keys, head, bias);
  multiply_add<kLanes>(t.weights, kKeys, t.v, kMaxHead, t.sums, kMaxHead, queries, head, keys);
}

using Attend = void (*)(Tiles&, int64_t, int64_t, int64_t, float);

void attend_baseline(Tiles& t, int64_t queries, int64_t keys, int64_t head, float bias) {
  attend<4>(t, queries, keys, head, bias);
}

#if defined(__x86_64__)
__attribute__((target("avx2,fma"))) void attend_avx2(Tiles& t, int64_t queries, int64_t keys,
                                                     int64_t head, float bias) {
  attend<8>(t, queries, keys, head, bias);
}
#endif

Attend choose_attend() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return attend_avx2;
#endif
  return attend_baseline;
}

struct Task {
  int64_t b, h, sequence;
  int group;      // of the queries
  int64_t first;  // query within its group
};

template <typename T>
void load_keys(const T* k, const T* v, int64_t keys, int64_t head, Tiles& t) {
  for (int64_t j = 0; j < keys; ++j) {
    for (int64_t d = 0; d < head; ++d) t.k_transposed[d * kKeys + j] = load(k + j * head + d);
  }
  for (int64_t j = 0; j < keys; ++j) {
#pragma omp simd
    for (int64_t d = 0; d < head; ++d) t.v[j * kMaxHead + d] = load(v + j * head + d);
  }
}

template <typename T>
void write_rows(const JointAttention& op, const Task& task, int64_t queries, const Tiles& t) {
  const Rows<void>& out = op.out[task.group];
  for (int64_t i = 0; i < queries; ++i) {
    T* row = static_cast<T*>(out.data) + task.b * out.batch_stride +
             (task.first + i) * out.row_stride + task.h * op.head_size;
    const float inverse = 1.0f / t.total[i];
#pragma omp simd
    for (int64_t d = 0; d < op.head_size; ++d) store(row + d, t.sums[i * kMaxHead + d] * inverse);
  }
}

template <typename T>
void attend_queries(const JointAttention& op, const Task& task, Attend attend_tile) {
  const int64_t head = op.head_size;
  const int64_t plane = (task.b * op.heads + task.h) * task.sequence;
  const int64_t queries = std::min(kQueries, op.group_tokens[task.group] - task.first);
  const int64_t rows = (queries + kRows - 1) / kRows * kRows;
  int64_t position = task.first;
  for (int g = 0; g < task.group; ++g) position += op.group_tokens[g];

  Tiles t;
  std::fill(std::begin(t.q), std::end(t.q), 0.0f);
  std::fill(std::begin(t.k_transposed), std::end(t.k_transposed), 0.0f);
  std::fill(std::begin(t.v), std::end(t.v), 0.0f);
  std::fill(std::begin(t.sums), std::end(t.sums), 0.0f);
  std::fill(std::begin(t.largest), std::end(t.largest), -kInfinity);
  std::fill(std::begin(t.total), std::end(t.total), 0.0f);
  const T* q = static_cast<const T*>(op.q) + (plane + position) * head;
  for (int64_t i = 0; i < queries; ++i) {
    for (int64_t d = 0; d < head; ++d) t.q[i * kMaxHead + d] = load(q + i * head + d) * op.scale;
  }
  int64_t key = 0;
  for (int g = 0; g < op.groups; key += op.group_tokens[g], ++g) {
    const float bias = op.bias[task.group][g];
    if (bias == -kInfinity) continue;
    for (int64_t j = 0; j < op.group_tokens[g]; j += kKeys) {
      const int64_t keys = std::min(kKeys, op.group_tokens[g] - j);
      const int64_t at = (plane + key + j) * head;
      load_keys(static_cast<const T*>(op.k) + at, static_cast<const T*>(op.v) + at, keys, head, t);
      attend_tile(t, rows, keys, head, bias);
    }
  }
  write_rows<T>(op, task, queries, t);
}

// The index-th tile of queries; tiles never straddle two groups.
Task find_task(const JointAttention& op, int64_t index, int64_t tiles, int64_t sequence) {
  Task task{index / tiles / op.heads, index / tiles % op.heads, sequence, 0,
            index % tiles * kQueries};
  while (task.first >= op.group_tokens[task.group]) {
    task.first -= (op.group_tokens[task.group] + kQueries - 1) / kQueries * kQueries;
    ++task.group;
  }
  return task;
}

}  // namespace

void joint_attention(const JointAttention& op, Stream stream) {
  check(op, stream);
  const Attend attend_tile = choose_attend();
  int64_t sequence = 0, tiles = 0;
  for (int g = 0; g < op.groups; ++g) {
    sequence += op.group_tokens[g];
    tiles += (op.group_tokens[g] + kQueries - 1) / kQueries;
  }
  with_element_type(op.dtype, [&](auto* element) {
    using T = std::remove_pointer_t<decltype(element)>;
#pragma omp parallel for schedule(static) \
    if (worth_threads(op.batch * op.heads * sequence * sequence))
    for (int64_t index = 0; index < op.batch * op.heads * tiles; ++index) {
      attend_queries<T>(op, find_task(op, index, tiles, sequence), attend_tile);
    }
  });
}

}  // namespace reflectionflow::kernels
