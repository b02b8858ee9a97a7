// GroupNorm and SiLU on CUDA: statistics of slabs of pixels, then the slabs again, last first,
// while L2 still has them.
#include "common/block_reduce.cuh"
#include "common/cuda_launch.cuh"
#include "common/shared_memory.cuh"
#include "common/vector.cuh"
#include "group_norm_silu/group_norm_silu_cuda.h"

namespace reflectionflow::kernels {
namespace {

// What both kernels need to know besides the operation.
struct Walk {
  int slabs, columns, lanes;
};

// Calls body(raw, pixel) for every lanes-th pixel of [begin, end) in one column, with several
// loads on their way.
template <int V, typename T, typename Body>
__device__ __forceinline__ void for_pixels(const T* column, int64_t stride, int64_t begin,
                                           int64_t end, int lane, int lanes, const Body& body) {
  for (int64_t p = begin + lane; p < end; p += kNormUnroll * lanes) {
    Packed<T, V> raw[kNormUnroll];
#pragma unroll
    for (int i = 0; i < kNormUnroll; ++i) {
      if (p + i * lanes < end) raw[i] = load_once<V>(column + (p + i * lanes) * stride);
    }
#pragma unroll
    for (int i = 0; i < kNormUnroll; ++i) {
      if (p + i * lanes < end) body(raw[i], p + i * lanes);
    }
  }
}

// sums and squares: [lanes][channels] of x less the slab's first pixel.
template <typename T, int V>
__device__ void sum_channels(const T* sample, int64_t channels, int64_t begin, int64_t end,
                             const Walk& walk, float* sums, float* squares) {
  const NormThread place = norm_thread(threadIdx.x, walk.columns, walk.lanes);
  if (!place.active) return;
  for (int column = place.first_column; column < walk.columns; column += place.column_step) {
    const T* const x = sample + column * V;
    float shift[V], sum[V] = {}, square[V] = {};
    unpack(load<V>(x + begin * channels), shift);
    for_pixels<V>(x, channels, begin, end, place.lane, walk.lanes,
                  [&](const Packed<T, V>& raw, int64_t) {
                    float values[V];
                    unpack(raw, values);
#pragma unroll
                    for (int i = 0; i < V; ++i) {
                      const float distance = values[i] - shift[i];
                      sum[i] += distance;
                      square[i] += distance * distance;
                    }
                  });
#pragma unroll
    for (int i = 0; i < V; ++i) {
      sums[place.lane * channels + column * V + i] = sum[i];
      squares[place.lane * channels + column * V + i] = square[i];
    }
  }
}

// The slab's moments of group_size channels, by one warp; means and squares: [channels].
__device__ PartMoments join_channels(const float* means, const float* squares, int64_t group_size,
                                     float pixels) {
  float mean = 0, spread = 0;
  for (int64_t c = threadIdx.x % 32; c < group_size; c += 32) mean += means[c] - means[0];
  mean = means[0] + warp_sum(mean) / static_cast<float>(group_size);
  for (int64_t c = threadIdx.x % 32; c < group_size; c += 32)
    spread += squares_about({means[c], squares[c]}, pixels, mean);
  return {mean, warp_sum(spread)};
}

template <typename T, int V>
__global__ void __launch_bounds__(kNormThreads, kNormBlocks)
    group_norm_moments_kernel(const GroupNormSilu op, const Walk walk) {
  float* const sums = dynamic_shared<float>();
  float* const squares = sums + walk.lanes * op.channels;
  const int64_t begin = norm_slab_begin(op.pixels, walk.slabs, blockIdx.x);
  const int64_t end = norm_slab_begin(op.pixels, walk.slabs, blockIdx.x + 1);
  const float pixels = static_cast<float>(end - begin);
  const T* const sample = static_cast<const T*>(op.x) + blockIdx.y * op.pixels * op.channels;
  sum_channels<T, V>(sample, op.channels, begin, end, walk, sums, squares);
  __syncthreads();
  // Each channel by one thread, its moments in place of its first sums.
  for (int64_t c = threadIdx.x; c < op.channels; c += kNormThreads) {
    float sum = 0, square = 0;
    for (int lane = 0; lane < walk.lanes; ++lane) {
      sum += sums[lane * op.channels + c];
      square += squares[lane * op.channels + c];
    }
    const PartMoments moments =
        part_moments(to_float(sample[begin * op.channels + c]), sum, square, pixels);
    sums[c] = moments.mean;
    squares[c] = moments.squares;
  }
  __syncthreads();
  const int64_t group_size = op.channels / op.groups;
  for (int64_t g = threadIdx.x / 32; g < op.groups; g += kNormThreads / 32) {
    const PartMoments moments =
        join_channels(sums + g * group_size, squares + g * group_size, group_size, pixels);
    if (threadIdx.x % 32 == 0)
      reinterpret_cast<PartMoments*>(
          op.workspace)[norm_moments_at(blockIdx.y, op.groups, g, walk.slabs, blockIdx.x)] =
          moments;
  }
}

// The mean of a group and the inverse of its standard deviation, by one warp.
__device__ float2 join_slabs(const GroupNormSilu& op, int64_t sample, int64_t group, int slabs) {
  constexpr int kParts = kNormSlabs / 32;
  const float group_size = static_cast<float>(op.channels / op.groups);
  const PartMoments* const from = reinterpret_cast<const PartMoments*>(op.workspace) +
                                  norm_moments_at(sample, op.groups, group, slabs, 0);
  PartMoments parts[kParts];
  float counts[kParts], mean = 0, squares = 0;
  const float near = from[0].mean;
#pragma unroll
  for (int i = 0; i < kParts; ++i) {
    const int slab = threadIdx.x % 32 + 32 * i;
    counts[i] = 0;
    if (slab >= slabs) continue;
    parts[i] = from[slab];
    counts[i] = group_size * static_cast<float>(norm_slab_begin(op.pixels, slabs, slab + 1) -
                                                norm_slab_begin(op.pixels, slabs, slab));
  }
#pragma unroll
  for (int i = 0; i < kParts; ++i) {
    if (counts[i] > 0) mean += counts[i] * (parts[i].mean - near);
  }
  const float all = group_size * static_cast<float>(op.pixels);
  mean = near + warp_sum(mean) / all;
#pragma unroll
  for (int i = 0; i < kParts; ++i) {
    if (counts[i] > 0) squares += squares_about(parts[i], counts[i], mean);
  }
  const float variance = warp_sum(squares) / all;
  // Rounding may leave less than nothing; NaN stays.
  return make_float2(mean, rsqrtf((variance < 0 ? 0 : variance) + op.epsilon));
}

template <typename T, int V, bool kSilu>
__global__ void __launch_bounds__(kNormThreads, kNormBlocks)
    group_norm_silu_kernel(const GroupNormSilu op, const Walk walk) {
  float2* const groups = dynamic_shared<float2>();  // mean and inverse deviation
  for (int64_t g = threadIdx.x / 32; g < op.groups; g += kNormThreads / 32) {
    const float2 joined = join_slabs(op, blockIdx.y, g, walk.slabs);
    if (threadIdx.x % 32 == 0) groups[g] = joined;
  }
  __syncthreads();
  const NormThread place = norm_thread(threadIdx.x, walk.columns, walk.lanes);
  if (!place.active) return;
  const int slab = walk.slabs - 1 - static_cast<int>(blockIdx.x);
  const int64_t begin = norm_slab_begin(op.pixels, walk.slabs, slab);
  const int64_t end = norm_slab_begin(op.pixels, walk.slabs, slab + 1);
  const int64_t sample = blockIdx.y * op.pixels * op.channels;
  const int group_size = static_cast<int>(op.channels / op.groups);
  for (int column = place.first_column; column < walk.columns; column += place.column_step) {
    const int channel = column * V;
    T* const out = static_cast<T*>(op.out) + sample + channel;
    float centre[V], factor[V], bias[V];
    unpack(load<V>(static_cast<const T*>(op.weight) + channel), factor);
    unpack(load<V>(static_cast<const T*>(op.bias) + channel), bias);
#pragma unroll
    for (int i = 0; i < V; ++i) {
      const float2 group = groups[(channel + i) / group_size];
      centre[i] = group.x;
      factor[i] *= group.y;
    }
    for_pixels<V>(static_cast<const T*>(op.x) + sample + channel, op.channels, begin, end,
                  place.lane, walk.lanes, [&](const Packed<T, V>& raw, int64_t pixel) {
                    float values[V];
                    unpack(raw, values);
#pragma unroll
                    for (int i = 0; i < V; ++i) {
                      const float y = (values[i] - centre[i]) * factor[i] + bias[i];
                      values[i] = kSilu ? __fdividef(y, 1.0f + __expf(-y)) : y;
                    }
                    store<V>(out + pixel * op.channels, values);
                  });
  }
}

}  // namespace

void group_norm_silu_cuda(const GroupNormSilu& op, Stream stream) {
  const GroupNormLaunch plan = group_norm_silu_launch(op);
  const Walk walk = {static_cast<int>(plan.slabs), static_cast<int>(plan.columns),
                     static_cast<int>(plan.lanes)};
  with_device_vector(op.dtype, plan.vector, [&](auto* element, auto vector) {
    using T = std::remove_pointer_t<decltype(element)>;
    launch("group_norm_silu", plan, stream, group_norm_moments_kernel<T, vector()>, op, walk);
    const auto write = op.silu ? group_norm_silu_kernel<T, vector(), true>
                               : group_norm_silu_kernel<T, vector(), false>;
    launch("group_norm_silu", plan, stream, write, op, walk);
  });
}

}  // namespace reflectionflow::kernels
