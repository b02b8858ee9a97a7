// QK-norm and RoPE, and its loop on the CPU: tokens in parallel, from the products' rows straight
// to attention's layout.
#include <cmath>

#include "common/cuda_build.h"
#include "common/element.h"
#include "common/parallel.h"
#include "common/precondition.h"
#include "common/vectorised.h"
#include "qk_norm_rope/qk_norm_rope.h"
#include "qk_norm_rope/qk_norm_rope_cuda.h"

namespace reflectionflow::kernels {
namespace {

constexpr const char* kOp = "qk_norm_rope";
constexpr int64_t kMaxHeadSize = 2 * kWarp * kRopePairs;  // a warp of CUDA holds a head

void check(const QkNormRope& op) {
  require_dtype(kOp, op.dtype);
  require_positive(kOp, "batch", op.batch);
  require_positive(kOp, "heads", op.heads);
  require(op.head_size > 0 && op.head_size % 2 == 0 && op.head_size <= kMaxHeadSize, kOp,
          "head_size ", op.head_size, " is not even and in [2, ", kMaxHeadSize, "]");
  require(op.epsilon > 0, kOp, "epsilon ", op.epsilon, " is not positive");
  require(op.groups >= 1 && op.groups <= kMaxRowGroups, kOp, "groups ", op.groups,
          " is not in [1, ", kMaxRowGroups, "]");
  for (int g = 0; g < op.groups; ++g) {
    const QkNormRope::Group& group = op.group[g];
    require(group.tokens >= 0, kOp, "tokens ", group.tokens, " of group ", g, " is negative");
    const bool given =
        group.q.data && group.k.data && group.v.data && group.q_weight && group.k_weight;
    require(given || group.tokens == 0, kOp, "group ", g, " lacks q, k, v or a norm weight");
  }
  require_memory(kOp, "rope_cos", op.rope_cos);
  require_memory(kOp, "rope_sin", op.rope_sin);
  require_memory(kOp, "q_out", op.q_out);
  require_memory(kOp, "k_out", op.k_out);
  require_memory(kOp, "v_out", op.v_out);
}

template <typename T>
KERNEL_INLINE void normalise_and_rotate(const T* in, const T* weight, const float* cosine,
                                        const float* sine, T* out, int64_t size, float epsilon) {
  float squares = 0;
#pragma omp simd reduction(+ : squares)
  for (int64_t d = 0; d < size; ++d) squares += load(in + d) * load(in + d);
  const float inverse = 1.0f / std::sqrt(squares / static_cast<float>(size) + epsilon);
#pragma omp simd
  for (int64_t pair = 0; pair < size / 2; ++pair) {
    const float even = load(in + 2 * pair) * inverse * load(weight + 2 * pair);
    const float odd = load(in + 2 * pair + 1) * inverse * load(weight + 2 * pair + 1);
    store(out + 2 * pair, even * cosine[pair] - odd * sine[pair]);
    store(out + 2 * pair + 1, odd * cosine[pair] + even * sine[pair]);
  }
}

// All heads of one token: it is row s of its group and row `position` of the whole sequence.
template <typename T>
KERNEL_INLINE void arrange_token(const QkNormRope& op, const QkNormRope::Group& group, int64_t b,
                                 int64_t s, int64_t position, int64_t sequence) {
  const int64_t size = op.head_size;
  const auto row = [&](const Rows<const void>& rows) {
    return static_cast<const T*>(rows.data) + b * rows.batch_stride + s * rows.row_stride;
  };
  const float* cosine = op.rope_cos + position * (size / 2);
  const float* sine = op.rope_sin + position * (size / 2);
  for (int64_t h = 0; h < op.heads; ++h) {
    const int64_t to = ((b * op.heads + h) * sequence + position) * size;
    normalise_and_rotate(row(group.q) + h * size, static_cast<const T*>(group.q_weight), cosine,
                         sine, static_cast<T*>(op.q_out) + to, size, op.epsilon);
    normalise_and_rotate(row(group.k) + h * size, static_cast<const T*>(group.k_weight), cosine,
                         sine, static_cast<T*>(op.k_out) + to, size, op.epsilon);
    std::memcpy(static_cast<T*>(op.v_out) + to, row(group.v) + h * size, size * sizeof(T));
  }
}

}  // namespace

void qk_norm_rope(const QkNormRope& op, Stream stream) {
  check(op);
  if (stream.on_cuda) {
    if constexpr (kCudaBuild) return qk_norm_rope_cuda(op, stream);
    refuse_cuda(kOp);
  }
  int64_t sequence = 0;
  for (int g = 0; g < op.groups; ++g) sequence += op.group[g].tokens;
  with_element_type(op.dtype, [&](auto* element) {
    using T = std::remove_pointer_t<decltype(element)>;
    int64_t first = 0;
    for (int g = 0; g < op.groups; ++g) {
      const QkNormRope::Group& group = op.group[g];
#pragma omp parallel for collapse(2) \
    schedule(static) if (worth_threads(op.batch * group.tokens * op.heads * op.head_size))
      for (int64_t b = 0; b < op.batch; ++b) {
        for (int64_t s = 0; s < group.tokens; ++s) {
          vectorised([&] { arrange_token<T>(op, group, b, s, first + s, sequence); });
        }
      }
      first += group.tokens;
    }
  });
}

}  // namespace reflectionflow::kernels
