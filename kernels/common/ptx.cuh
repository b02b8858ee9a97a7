// The few instructions that the language does not give, or not reliably.
#pragma once

#include <cuda_runtime.h>

namespace reflectionflow::kernels {

// 16 bytes that one thread reads once, past L1: they would push out what others read again.
__device__ __forceinline__ uint4 load_past_l1(const void* at) {
  uint4 words;
  asm volatile("ld.global.L1::no_allocate.v4.u32 {%0, %1, %2, %3}, [%4];"
               : "=r"(words.x), "=r"(words.y), "=r"(words.z), "=r"(words.w)
               : "l"(at)
               : "memory");
  return words;
}

// 16 bytes that many blocks read.
__device__ __forceinline__ uint4 load_through_l1(const void* at) {
  return *static_cast<const uint4*>(at);
}

// 8 bytes that many blocks or threads read.
__device__ __forceinline__ uint2 load_two_words(const void* at) {
  return *static_cast<const uint2*>(at);
}

// In assembly, because the compiler may split the store of a vector that it has seen in parts.
__device__ __forceinline__ void store_words(void* at, uint4 words) {
  asm volatile("st.global.v4.u32 [%0], {%1, %2, %3, %4};"
               :
               : "l"(at), "r"(words.x), "r"(words.y), "r"(words.z), "r"(words.w)
               : "memory");
}

__device__ __forceinline__ void store_two_words(void* at, uint32_t first, uint32_t second) {
  asm volatile("st.global.v2.u32 [%0], {%1, %2};" : : "l"(at), "r"(first), "r"(second) : "memory");
}

// Within 2^-22 of the power; 0 below 2^-126.
__device__ __forceinline__ float fast_power_of_two(float exponent) {
  float power;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(power) : "f"(exponent));
  return power;
}

}  // namespace reflectionflow::kernels
