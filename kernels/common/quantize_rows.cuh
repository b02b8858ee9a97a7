// The end of kernels that quantise rows on CUDA: a row's largest magnitude, its scale, and its
// elements in eight bits.
#pragma once

#include "common/eight_bits.h"
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
template <typename Eight>
__device__ __forceinline__ uint32_t eight_bit_pair(float low, float high) {
#if __CUDA_ARCH__ >= 890
  if constexpr (std::is_same_v<Eight, Float8>) {
    uint16_t pair;
    asm("cvt.rn.satfinite.e4m3x2.f32 %0, %1, %2;" : "=h"(pair) : "f"(high), "f"(low));
    return pair;
  }
#endif
  Eight first, second;
  from_float(low, &first);
  from_float(high, &second);
  return first.bits | static_cast<uint32_t>(second.bits) << 8;
}

// 16 bytes of elements become 8 of patterns, or 4: a warp still writes without gaps.
template <typename Eight, int V>
__device__ __forceinline__ void store_eight_bits(uint8_t* at, const float (&x)[V], float inverse) {
  static_assert(V == 1 || V == 4 || V == 8, "one element, or 16 bytes of them");
  if constexpr (V == 1) {
    *at = static_cast<uint8_t>(eight_bit_pair<Eight>(x[0] * inverse, 0.0f));
  } else {
    uint32_t words[V / 4];
#pragma unroll
    for (int i = 0; i < V / 4; ++i)
      words[i] = eight_bit_pair<Eight>(x[4 * i] * inverse, x[4 * i + 1] * inverse) |
                 eight_bit_pair<Eight>(x[4 * i + 2] * inverse, x[4 * i + 3] * inverse) << 16;
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
template <typename Eight, int V>
__device__ __forceinline__ void quantize_row(const float (&x)[kRowVectors][V], int64_t width,
                                             uint8_t* out, float* row_scale, uint32_t* partials) {
  uint32_t largest = 0;
#pragma unroll
  for (int i = 0; i < kRowVectors; ++i) {
#pragma unroll
    for (int c = 0; c < V; ++c) largest = max(largest, magnitude_bits(x[i][c]));
  }
  const RowScale scale = scale_for<Eight>(block_max(largest, partials));
#pragma unroll
  for (int i = 0; i < kRowVectors; ++i) {
    const int64_t at = row_element(threadIdx.x, blockDim.x, i, V);
    if (at >= width) break;
    store_eight_bits<Eight>(out + at, x[i], scale.inverse);
  }
  if (threadIdx.x == 0) *row_scale = scale.scale;
}

// The same of a row that is longer than a block's registers: value_at(c) is asked for twice.
template <typename Eight, typename Value>
__device__ __forceinline__ void quantize_long_row(const Value& value_at, int64_t width,
                                                  uint8_t* out, float* row_scale,
                                                  uint32_t* partials) {
  uint32_t largest = 0;
  for (int64_t c = threadIdx.x; c < width; c += blockDim.x)
    largest = max(largest, magnitude_bits(value_at(c)));
  const RowScale scale = scale_for<Eight>(block_max(largest, partials));
  for (int64_t c = threadIdx.x; c < width; c += blockDim.x) {
    const float value[1] = {value_at(c)};
    store_eight_bits<Eight>(out + c, value, scale.inverse);
  }
  if (threadIdx.x == 0) *row_scale = scale.scale;
}

// The block's row of an operation from rows x to rows out, each element changed before it is
// quantised; change(0) is 0, for what lies behind the row's end.
template <typename T, typename Eight, int V, typename Op, typename Change>
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
  quantize_row<Eight>(x, op.width, op.out + row * op.out_row_stride, op.row_scale + row, partials);
}

template <typename T, typename Eight, typename Op, typename Change>
__device__ __forceinline__ void quantize_changed_long_row(const Op& op, const Change& change) {
  __shared__ uint32_t partials[kWarp];
  const int64_t row = blockIdx.x;
  const T* const x = static_cast<const T*>(op.x) + row * op.x_row_stride;
  quantize_long_row<Eight>([&](int64_t c) { return change(to_float(x[c])); }, op.width,
                           op.out + row * op.out_row_stride, op.row_scale + row, partials);
}

// Calls body(element, eight, vector) for an operation whose accesses have so many elements.
template <typename Op, typename Body>
void with_device_quantized(const Op& op, int64_t vector, const Body& body) {
  with_device_vector(op.dtype, vector, [&](auto* element, auto elements) {
    with_eight_bits(op.format, [&](auto* eight) { body(element, eight, elements); });
  });
}

}  // namespace reflectionflow::kernels
