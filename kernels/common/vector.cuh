// Elements on the GPU: float32, bfloat16 and float16, single or in vectors of 16 bytes, as floats.
#pragma once

#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include <cstdint>
#include <type_traits>

#include "common/kernel.h"
#include "common/ptx.cuh"

namespace reflectionflow::kernels {

__device__ __forceinline__ float to_float(float value) { return value; }
__device__ __forceinline__ float to_float(__nv_bfloat16 value) { return __bfloat162float(value); }
__device__ __forceinline__ float to_float(__half value) { return __half2float(value); }

// To nearest even.
__device__ __forceinline__ void from_float(float value, float* out) { *out = value; }
__device__ __forceinline__ void from_float(float value, __nv_bfloat16* out) {
  *out = __float2bfloat16_rn(value);
}
__device__ __forceinline__ void from_float(float value, __half* out) {
  *out = __float2half_rn(value);
}

// How elements lie in a register: one or two of them, the first in the low bits.
template <typename T>
struct Word;

template <>
struct Word<float> {
  static constexpr int kElements = 1;
  static __device__ __forceinline__ void unpack(uint32_t word, float* values) {
    values[0] = __uint_as_float(word);
  }
  static __device__ __forceinline__ uint32_t pack(const float* values) {
    return __float_as_uint(values[0]);
  }
};

template <>
struct Word<__nv_bfloat16> {
  static constexpr int kElements = 2;
  // A bfloat16 is the upper half of a float: one instruction each.
  static __device__ __forceinline__ void unpack(uint32_t word, float* values) {
    values[0] = __uint_as_float(word << 16);
    values[1] = __uint_as_float(word & 0xffff0000u);
  }
  static __device__ __forceinline__ uint32_t pack(const float* values) {
    const __nv_bfloat162 pair = __floats2bfloat162_rn(values[0], values[1]);
    return reinterpret_cast<const uint32_t&>(pair);
  }
};

template <>
struct Word<__half> {
  static constexpr int kElements = 2;
  static __device__ __forceinline__ void unpack(uint32_t word, float* values) {
    const float2 both = __half22float2(reinterpret_cast<const __half2&>(word));
    values[0] = both.x;
    values[1] = both.y;
  }
  static __device__ __forceinline__ uint32_t pack(const float* values) {
    const __half2 pair = __floats2half2_rn(values[0], values[1]);
    return reinterpret_cast<const uint32_t&>(pair);
  }
};

// V elements that lie side by side, as 32-bit registers: 16 bytes, or a single element.
template <typename T, int V>
struct Packed {
  static_assert(V * sizeof(T) == 16, "an access has 16 bytes or one element");
  uint32_t words[4];
};
template <typename T>
struct Packed<T, 1> {
  T element;
};

template <typename T, int V>
__device__ __forceinline__ void unpack(const Packed<T, V>& packed, float (&values)[V]) {
#pragma unroll
  for (int i = 0; i < 4; ++i) Word<T>::unpack(packed.words[i], values + i * Word<T>::kElements);
}
template <typename T>
__device__ __forceinline__ void unpack(const Packed<T, 1>& packed, float (&values)[1]) {
  values[0] = to_float(packed.element);
}

template <typename T, int V>
__device__ __forceinline__ Packed<T, V> pack(const float (&values)[V]) {
  Packed<T, V> packed;
  if constexpr (V == 1) {
    from_float(values[0], &packed.element);
  } else {
#pragma unroll
    for (int i = 0; i < 4; ++i) packed.words[i] = Word<T>::pack(values + i * Word<T>::kElements);
  }
  return packed;
}

template <typename T, int V>
__device__ __forceinline__ Packed<T, V> zeros() {
  return {};
}

// at is aligned to the bytes of the access, here and below. What many blocks read (modulation
// vectors) stays in L1.
template <int V, typename T>
__device__ __forceinline__ Packed<T, V> load(const T* at) {
  if constexpr (V == 1) {
    return {*at};
  } else {
    const uint4 words = load_through_l1(at);
    return {{words.x, words.y, words.z, words.w}};
  }
}

// What one thread reads once.
template <int V, typename T>
__device__ __forceinline__ Packed<T, V> load_once(const T* at) {
  if constexpr (V == 1) {
    return {*at};
  } else {
    const uint4 words = load_past_l1(at);
    return {{words.x, words.y, words.z, words.w}};
  }
}

template <typename T, int V>
__device__ __forceinline__ void store(T* at, const Packed<T, V>& packed) {
  if constexpr (V == 1) {
    *at = packed.element;
  } else {
    store_words(at, {packed.words[0], packed.words[1], packed.words[2], packed.words[3]});
  }
}

template <int V, typename T>
__device__ __forceinline__ void store(T* at, const float (&values)[V]) {
  store(at, pack<T, V>(values));
}

// V elements of a vector that all rows of a sample share, ones where there is none.
template <int V, typename T>
__device__ __forceinline__ void load_or_ones(const T* vector, int64_t at, float (&values)[V]) {
  if (vector != nullptr) return unpack(load<V>(vector + at), values);
#pragma unroll
  for (int i = 0; i < V; ++i) values[i] = 1.0f;
}

// Calls body with a null pointer of the device's element type.
template <typename Body>
void with_device_type(DType dtype, const Body& body) {
  switch (dtype) {
    case DType::kFloat32:
      return body(static_cast<float*>(nullptr));
    case DType::kBFloat16:
      return body(static_cast<__nv_bfloat16*>(nullptr));
    case DType::kFloat16:
      return body(static_cast<__half*>(nullptr));
  }
}

// Calls body(element, vector): besides, the elements of one access as a constant, 16 bytes' worth
// or one.
template <typename Body>
void with_device_vector(DType dtype, int64_t vector, const Body& body) {
  with_device_type(dtype, [&](auto* element) {
    constexpr int kWide = 16 / sizeof(*element);
    if (vector == kWide) return body(element, std::integral_constant<int, kWide>());
    return body(element, std::integral_constant<int, 1>());
  });
}

}  // namespace reflectionflow::kernels
