// Elements on the GPU: float32, bfloat16 and float16 in vectors of up to 16 bytes, as floats.
#pragma once

#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include <cstdint>
#include <type_traits>

#include "common/kernel.h"

namespace reflectionflow::kernels {

// As many bytes as one instruction moves.
template <int kBytes>
struct Raw;
template <>
struct Raw<2> {
  using Type = uint16_t;
};
template <>
struct Raw<4> {
  using Type = uint32_t;
};
template <>
struct Raw<8> {
  using Type = uint2;
};
template <>
struct Raw<16> {
  using Type = uint4;
};

// V elements that lie side by side, moved by one instruction.
template <typename T, int V>
union Packed {
  typename Raw<V * sizeof(T)>::Type raw;
  T elements[V];
  __device__ Packed() {}
};

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

template <typename T, int V>
__device__ __forceinline__ void unpack(const Packed<T, V>& packed, float (&values)[V]) {
#pragma unroll
  for (int i = 0; i < V; ++i) values[i] = to_float(packed.elements[i]);
}

template <typename T, int V>
__device__ __forceinline__ Packed<T, V> pack(const float (&values)[V]) {
  Packed<T, V> packed;
#pragma unroll
  for (int i = 0; i < V; ++i) from_float(values[i], &packed.elements[i]);
  return packed;
}

// at is aligned to the bytes of the vector, here and below.
template <int V, typename T>
__device__ __forceinline__ Packed<T, V> load(const T* at) {
  using Type = typename Raw<V * sizeof(T)>::Type;
  Packed<T, V> packed;
  packed.raw = *reinterpret_cast<const Type*>(at);
  return packed;
}

// What one thread reads once, past L1: it would push out what others read again.
template <int V, typename T>
__device__ __forceinline__ Packed<T, V> load_once(const T* at) {
  Packed<T, V> packed;
  if constexpr (V * sizeof(T) == 16) {
    asm volatile("ld.global.L1::no_allocate.v4.u32 {%0, %1, %2, %3}, [%4];"
                 : "=r"(packed.raw.x), "=r"(packed.raw.y), "=r"(packed.raw.z), "=r"(packed.raw.w)
                 : "l"(at)
                 : "memory");
  } else {
    packed.raw = *reinterpret_cast<const typename Raw<V * sizeof(T)>::Type*>(at);
  }
  return packed;
}

template <int V, typename T>
__device__ __forceinline__ void store(T* at, const float (&values)[V]) {
  *reinterpret_cast<typename Raw<V * sizeof(T)>::Type*>(at) = pack<T, V>(values).raw;
}

// Calls body(element, vector): a null pointer of the device's element type, and the elements of an
// access as a constant, 16 bytes' worth or one.
template <typename Body>
void with_device_type(DType dtype, int64_t vector, const Body& body) {
  const auto with_vector = [&](auto* element) {
    constexpr int kWide = 16 / sizeof(*element);
    if (vector == kWide) return body(element, std::integral_constant<int, kWide>());
    return body(element, std::integral_constant<int, 1>());
  };
  switch (dtype) {
    case DType::kFloat32:
      return with_vector(static_cast<float*>(nullptr));
    case DType::kBFloat16:
      return with_vector(static_cast<__nv_bfloat16*>(nullptr));
    case DType::kFloat16:
      return with_vector(static_cast<__half*>(nullptr));
  }
}

}  // namespace reflectionflow::kernels
