// QK-norm and RoPE on CUDA: one launch for the rows of all groups, each element read once from its
// product and written once to attention's layout.
#include "common/cuda_launch.cuh"
#include "common/vector.cuh"
#include "qk_norm_rope/qk_norm_rope_cuda.h"

namespace reflectionflow::kernels {
namespace {

// Some neighbours in a head, pairs of (even, odd): a vector where operands are aligned, else one
// pair by single accesses.
template <typename T, int V>
struct Neighbours {
  Packed<T, V> packed;
};
template <typename T>
struct Neighbours<T, 2> {
  Packed<T, 1> even, odd;
};

template <typename T, int V>
__device__ __forceinline__ void unpack(const Neighbours<T, V>& x, float (&values)[V]) {
  if constexpr (V == 2) {
    values[0] = to_float(x.even.element);
    values[1] = to_float(x.odd.element);
  } else {
    unpack(x.packed, values);
  }
}

template <int V, typename T>
__device__ __forceinline__ Neighbours<T, V> fetch(const T* at) {
  if constexpr (V == 2) {
    return {load_once<1>(at), load_once<1>(at + 1)};
  } else {
    return {load_once<V>(at)};
  }
}

template <typename T, int V>
__device__ __forceinline__ void put(T* at, const Neighbours<T, V>& x) {
  if constexpr (V == 2) {
    store(at, x.even);
    store(at + 1, x.odd);
  } else {
    store(at, x.packed);
  }
}

// Numbers that other threads read too. N floats of a table have 4, 8 or 16 bytes and are aligned to
// them.
template <int N>
__device__ __forceinline__ void read_table(const float* at, float (&values)[N]) {
  if constexpr (N == 2) {
    const uint2 both = load_two_words(at);
    values[0] = __uint_as_float(both.x);
    values[1] = __uint_as_float(both.y);
  } else {
    unpack(load<N>(at), values);
  }
}

template <int V, typename T>
__device__ __forceinline__ void read_weight(const T* at, float (&values)[V]) {
  if constexpr (V == 2) {
    values[0] = to_float(at[0]);
    values[1] = to_float(at[1]);
  } else {
    unpack(load<V>(at), values);
  }
}

template <typename T, int V>
__device__ __forceinline__ float sum_of_squares(const Neighbours<T, V>& x) {
  float values[V], sum = 0;
  unpack(x, values);
#pragma unroll
  for (int i = 0; i < V; ++i) sum += values[i] * values[i];
  return sum;
}

// x * inverse * weight, then (even, odd) -> (even cos - odd sin, odd cos + even sin).
template <typename T, int V>
__device__ __forceinline__ void normalise_and_rotate(const Neighbours<T, V>& x, float inverse,
                                                     const void* weight, int64_t at,
                                                     const float (&cosine)[V / 2],
                                                     const float (&sine)[V / 2], void* out,
                                                     int64_t to) {
  float values[V], factors[V];
  unpack(x, values);
  read_weight<V>(static_cast<const T*>(weight) + at, factors);
#pragma unroll
  for (int pair = 0; pair < V / 2; ++pair) {
    const float even = values[2 * pair] * inverse * factors[2 * pair];
    const float odd = values[2 * pair + 1] * inverse * factors[2 * pair + 1];
    values[2 * pair] = even * cosine[pair] - odd * sine[pair];
    values[2 * pair + 1] = odd * cosine[pair] + even * sine[pair];
  }
  T* const rotated = static_cast<T*>(out) + to + at;
  if constexpr (V == 2) {
    from_float(values[0], rotated);
    from_float(values[1], rotated + 1);
  } else {
    store<V>(rotated, values);
  }
}

// N vectors of V elements for a lane.
template <typename T, int V, int N>
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
  Neighbours<T, V> q[N], k[N], v[N];
  float cosine[N][V / 2], sine[N][V / 2];
  float q_squares = 0, k_squares = 0;
#pragma unroll
  for (int i = 0; i < N; ++i) {
    if (!within(i)) continue;
    const int64_t table = (token.position * size + vector_at(i)) / 2;
    read_table(op.rope_cos + table, cosine[i]);
    read_table(op.rope_sin + table, sine[i]);
    q[i] = fetch<V>(row(group.q) + vector_at(i));
    k[i] = fetch<V>(row(group.k) + vector_at(i));
    v[i] = fetch<V>(row(group.v) + vector_at(i));
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
    normalise_and_rotate(q[i], q_inverse, group.q_weight, at, cosine[i], sine[i], op.q_out, to);
    normalise_and_rotate(k[i], k_inverse, group.k_weight, at, cosine[i], sine[i], op.k_out, to);
    put(static_cast<T*>(op.v_out) + to + at, v[i]);
  }
}

}  // namespace

void qk_norm_rope_cuda(const QkNormRope& op, Stream stream) {
  const QkNormRopeLaunch plan = qk_norm_rope_launch(op);
  if (plan.sequence == 0) return;
  with_device_vector(op.dtype, plan.vector, [&](auto* element, auto vector) {
    using T = std::remove_pointer_t<decltype(element)>;
    constexpr int kStep = vector() > 1 ? vector() : 2;
    constexpr int kVectors = vector() > 1 ? 1 : kRopePairs;
    launch("qk_norm_rope", plan, stream, qk_norm_rope_kernel<T, kStep, kVectors>, op, plan.sequence,
           plan.lanes, plan.heads_per_block);
  });
}

}  // namespace reflectionflow::kernels
