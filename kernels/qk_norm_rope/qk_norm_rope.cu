// QK-norm and RoPE on CUDA: one launch for the rows of all groups, each element read once from its
// product and written once to attention's layout.
#include "common/cuda_launch.cuh"
#include "common/vector.cuh"
#include "qk_norm_rope/qk_norm_rope_cuda.h"

namespace reflectionflow::kernels {
namespace {

// V elements, by one access where operands are aligned; past L1 unless other rows share them.
template <int V, bool kWide, bool kShared = false, typename T>
__device__ __forceinline__ Packed<T, V> fetch(const T* at) {
  if constexpr (kWide && kShared) return load<V>(at);
  if constexpr (kWide) return load_once<V>(at);
  Packed<T, V> packed;
#pragma unroll
  for (int i = 0; i < V; ++i) packed.elements[i] = at[i];
  return packed;
}

template <int V, bool kWide, typename T>
__device__ __forceinline__ void put(T* at, const Packed<T, V>& packed) {
  if constexpr (kWide) {
    *reinterpret_cast<typename Raw<V * sizeof(T)>::Type*>(at) = packed.raw;
  } else {
#pragma unroll
    for (int i = 0; i < V; ++i) at[i] = packed.elements[i];
  }
}

template <int V, typename T>
__device__ __forceinline__ float sum_of_squares(const Packed<T, V>& packed) {
  float values[V], sum = 0;
  unpack(packed, values);
#pragma unroll
  for (int i = 0; i < V; ++i) sum += values[i] * values[i];
  return sum;
}

// x * inverse * weight, then (even, odd) -> (even cos - odd sin, odd cos + even sin).
template <int V, typename T>
__device__ __forceinline__ Packed<T, V> normalise_and_rotate(const Packed<T, V>& x, float inverse,
                                                             const Packed<T, V>& weight,
                                                             const Packed<float, V / 2>& cosine,
                                                             const Packed<float, V / 2>& sine) {
  float values[V], factors[V];
  unpack(x, values);
  unpack(weight, factors);
#pragma unroll
  for (int pair = 0; pair < V / 2; ++pair) {
    const float even = values[2 * pair] * inverse * factors[2 * pair];
    const float odd = values[2 * pair + 1] * inverse * factors[2 * pair + 1];
    values[2 * pair] = even * cosine.elements[pair] - odd * sine.elements[pair];
    values[2 * pair + 1] = odd * cosine.elements[pair] + even * sine.elements[pair];
  }
  return pack<T, V>(values);
}

// N vectors of V elements for a lane.
template <typename T, int V, int N, bool kWide>
__global__ void __launch_bounds__(kRopeThreads)
    qk_norm_rope_kernel(const QkNormRope op, uint32_t sequence, int lanes, int heads_per_block) {
  const RopeToken token = rope_token(op, blockIdx.x, sequence);
  const RopeLane place = rope_lane(blockIdx.y, threadIdx.x, lanes, heads_per_block, op.heads);
  const QkNormRope::Group& group = op.group[token.group];
  const int64_t size = op.head_size, column = place.head * size;
  const auto row = [&](const Rows<const void>& rows) {
    return static_cast<const T*>(rows.data) + token.b * rows.batch_stride +
           token.s * rows.row_stride + column;
  };
  const auto vector_at = [&](int i) { return int64_t{place.lane + i * lanes} * V; };
  const auto within = [&](int i) { return place.active && vector_at(i) < size; };

  // All loads before the first use: the tables come from L2 for the block's first head.
  Packed<T, V> q[N], k[N], v[N];
  Packed<float, V / 2> cosine[N], sine[N];
  float q_squares = 0, k_squares = 0;
#pragma unroll
  for (int i = 0; i < N; ++i) {
    if (!within(i)) continue;
    const int64_t table = (token.position * size + vector_at(i)) / 2;
    cosine[i] = load<V / 2>(op.rope_cos + table);
    sine[i] = load<V / 2>(op.rope_sin + table);
    q[i] = fetch<V, kWide>(row(group.q) + vector_at(i));
    k[i] = fetch<V, kWide>(row(group.k) + vector_at(i));
    v[i] = fetch<V, kWide>(row(group.v) + vector_at(i));
  }
#pragma unroll
  for (int i = 0; i < N; ++i) {
    if (!within(i)) continue;
    q_squares += sum_of_squares(q[i]);
    k_squares += sum_of_squares(k[i]);
  }
  // A butterfly within the head's lanes: all of them get the same bits.
  for (int distance = lanes / 2; distance > 0; distance /= 2) {
    q_squares += __shfl_xor_sync(0xffffffffu, q_squares, distance);
    k_squares += __shfl_xor_sync(0xffffffffu, k_squares, distance);
  }
  const float q_inverse = rsqrtf(q_squares / static_cast<float>(size) + op.epsilon);
  const float k_inverse = rsqrtf(k_squares / static_cast<float>(size) + op.epsilon);

  const int64_t to = ((token.b * op.heads + place.head) * sequence + token.position) * size;
#pragma unroll
  for (int i = 0; i < N; ++i) {
    if (!within(i)) continue;
    const int64_t at = vector_at(i);
    const auto rotated = [&](const Packed<T, V>& x, float inverse, const void* weight) {
      return normalise_and_rotate(x, inverse,
                                  fetch<V, kWide, true>(static_cast<const T*>(weight) + at),
                                  cosine[i], sine[i]);
    };
    put<V, kWide>(static_cast<T*>(op.q_out) + to + at, rotated(q[i], q_inverse, group.q_weight));
    put<V, kWide>(static_cast<T*>(op.k_out) + to + at, rotated(k[i], k_inverse, group.k_weight));
    put<V, kWide>(static_cast<T*>(op.v_out) + to + at, v[i]);
  }
}

}  // namespace

void qk_norm_rope_cuda(const QkNormRope& op, Stream stream) {
  const QkNormRopeLaunch plan = qk_norm_rope_launch(op);
  if (plan.sequence == 0) return;
  with_device_vector(op.dtype, plan.vector, [&](auto* element, auto vector) {
    using T = std::remove_pointer_t<decltype(element)>;
    constexpr bool kWide = vector() > 1;
    constexpr int kStep = kWide ? vector() : 2, kVectors = kWide ? 1 : kRopePairs;
    launch("qk_norm_rope", plan, stream, qk_norm_rope_kernel<T, kStep, kVectors, kWide>, op,
           plan.sequence, plan.lanes, plan.heads_per_block);
  });
}

}  // namespace reflectionflow::kernels
