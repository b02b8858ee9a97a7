// The end of kernels that quantise rows on CUDA: a row's largest magnitude, its scale, and its
// elements as eight-bit floats.
#pragma once

#include "common/float8_format.h"
#include "common/ptx.cuh"
#include "common/row_launch.h"
#include "common/vector.cuh"

namespace reflectionflow::kernels {

// The largest over the block, in every thread, called by all threads of whole warps. `partials`
// holds a number for each warp and is used once.
__device__ __forceinline__ uint32_t block_max(uint32_t value, uint32_t* partials) {
  const unsigned lane = threadIdx.x % 32, warp = threadIdx.x / 32, warps = blockDim.x / 32;
  value = __reduce_max_sync(0xffffffffu, value);
  if (warps == 1) return value;
  if (lane == 0) partials[warp] = value;
  __syncthreads();
  return __reduce_max_sync(0xffffffffu, lane < warps ? partials[lane] : 0u);
}

// The patterns of two floats, the first in the lower byte.
__device__ __forceinline__ uint32_t float8_pair(float low, float high) {
#if __CUDA_ARCH__ >= 890
  uint16_t pair;
  asm("cvt.rn.satfinite.e4m3x2.f32 %0, %1, %2;" : "=h"(pair) : "f"(high), "f"(low));
  return pair;
#else
  return float8_pattern(low) | static_cast<uint32_t>(float8_pattern(high)) << 8;
#endif
}

// 16 bytes of elements become 8 of patterns, or 4: a warp still writes without gaps.
template <int V>
__device__ __forceinline__ void store_float8(uint8_t* at, const float (&x)[V], float inverse) {
  static_assert(V == 1 || V == 4 || V == 8, "one element, or 16 bytes of them");
  if constexpr (V == 1) {
    *at = static_cast<uint8_t>(float8_pair(x[0] * inverse, 0.0f));
  } else {
    uint32_t words[V / 4];
#pragma unroll
    for (int i = 0; i < V / 4; ++i)
      words[i] = float8_pair(x[4 * i] * inverse, x[4 * i + 1] * inverse) |
                 float8_pair(x[4 * i + 2] * inverse, x[4 * i + 3] * inverse) << 16;
    if constexpr (V == 4) *reinterpret_cast<uint32_t*>(at) = words[0];
    if constexpr (V == 8) store_two_words(at, words[0], words[1]);
  }
}

// What is left of a value that an unfused kernel would have stored.
template <typename T>
__device__ __forceinline__ float rounded_to(float value) {
  T stored;
  from_float(value, &stored);
  return to_float(stored);
}

// A block's row into registers, zeros behind its end.
template <int V, typename T>
__device__ __forceinline__ void load_row(const T* row, int64_t width, float (&x)[kRowVectors][V]) {
  Packed<T, V> packed[kRowVectors];
#pragma unroll
  for (int i = 0; i < kRowVectors; ++i) {
    const int64_t at = row_element(threadIdx.x, blockDim.x, i, V);
    packed[i] = at < width ? load_once<V>(row + at) : zeros<T, V>();
  }
#pragma unroll
  for (int i = 0; i < kRowVectors; ++i) unpack(packed[i], x[i]);
}

// Quantises a row in the registers of a block, whose elements beyond the width are 0.
template <int V>
__device__ __forceinline__ void quantize_row(const float (&x)[kRowVectors][V], int64_t width,
                                             uint8_t* out, float* row_scale, uint32_t* partials) {
  uint32_t largest = 0;
#pragma unroll
  for (int i = 0; i < kRowVectors; ++i) {
#pragma unroll
    for (int c = 0; c < V; ++c) largest = max(largest, magnitude_bits(x[i][c]));
  }
  const Float8Scale scale = float8_scale(block_max(largest, partials));
#pragma unroll
  for (int i = 0; i < kRowVectors; ++i) {
    const int64_t at = row_element(threadIdx.x, blockDim.x, i, V);
    if (at >= width) break;
    store_float8(out + at, x[i], scale.inverse);
  }
  if (threadIdx.x == 0) *row_scale = scale.scale;
}

// The same of a row that is longer than a block's registers: value_at(c) is asked for twice.
template <typename Value>
__device__ __forceinline__ void quantize_long_row(const Value& value_at, int64_t width,
                                                  uint8_t* out, float* row_scale,
                                                  uint32_t* partials) {
  uint32_t largest = 0;
  for (int64_t c = threadIdx.x; c < width; c += blockDim.x)
    largest = max(largest, magnitude_bits(value_at(c)));
  const Float8Scale scale = float8_scale(block_max(largest, partials));
  for (int64_t c = threadIdx.x; c < width; c += blockDim.x) {
    const float value[1] = {value_at(c)};
    store_float8(out + c, value, scale.inverse);
  }
  if (threadIdx.x == 0) *row_scale = scale.scale;
}

// The block's row of an operation from rows x to rows out, each element changed before it is
// quantised; change(0) is 0, for what lies behind the row's end.
template <typename T, int V, typename Op, typename Change>
__device__ __forceinline__ void quantize_changed_row(const Op& op, const Change& change) {
  __shared__ uint32_t partials[kWarp];
  const int64_t row = blockIdx.x;
  float x[kRowVectors][V];
  load_row(static_cast<const T*>(op.x) + row * op.x_row_stride, op.width, x);
#pragma unroll
  for (int i = 0; i < kRowVectors; ++i) {
#pragma unroll
    for (int c = 0; c < V; ++c) x[i][c] = change(x[i][c]);
  }
  quantize_row(x, op.width, op.out + row * op.out_row_stride, op.row_scale + row, partials);
}

template <typename T, typename Op, typename Change>
__device__ __forceinline__ void quantize_changed_long_row(const Op& op, const Change& change) {
  __shared__ uint32_t partials[kWarp];
  const int64_t row = blockIdx.x;
  const T* const x = static_cast<const T*>(op.x) + row * op.x_row_stride;
  quantize_long_row([&](int64_t c) { return change(to_float(x[c])); }, op.width,
                    op.out + row * op.out_row_stride, op.row_scale + row, partials);
}

}  // namespace reflectionflow::kernels
