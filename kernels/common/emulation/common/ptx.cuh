// What common/ptx.cuh says in assembly, for the CPU; accesses that are not aligned are faults, as
// on the GPU.
#pragma once

#include <cuda_runtime.h>

#include <string>

namespace reflectionflow::kernels {

inline void require_aligned(const void* at, unsigned bytes = 16) {
  if (reinterpret_cast<uintptr_t>(at) % bytes != 0)
    throw std::runtime_error("an access to " + std::to_string(bytes) + " bytes is not aligned");
}

inline uint4 load_past_l1(const void* at) {
  require_aligned(at);
  uint4 words;
  std::memcpy(&words, at, sizeof words);
  return words;
}

inline uint4 load_through_l1(const void* at) { return load_past_l1(at); }

inline uint2 load_two_words(const void* at) {
  require_aligned(at, 8);
  uint2 words;
  std::memcpy(&words, at, sizeof words);
  return words;
}

inline void store_words(void* at, uint4 words) {
  require_aligned(at);
  std::memcpy(at, &words, sizeof words);
}

inline void store_two_words(void* at, uint32_t first, uint32_t second) {
  require_aligned(at, 8);
  const uint32_t words[2] = {first, second};
  std::memcpy(at, words, sizeof words);
}

inline float fast_power_of_two(float exponent) { return std::exp2(exponent); }

}  // namespace reflectionflow::kernels
