// A hash of a counter: no state, so that threads share the work, and no branch, so that the loop
// becomes vector code.
#include "random_weight.h"

#include <cmath>
#include <cstdint>
#include <utility>

namespace reflectionflow {
namespace {

// FNV-1a.
uint32_t key_of(const std::string& name) {
  uint32_t key = 2166136261u;
  for (const char c : name) key = (key ^ static_cast<unsigned char>(c)) * 16777619u;
  return key;
}

// The finaliser of MurmurHash3: every bit of x moves every bit of the result.
uint32_t mixed(uint32_t x) {
  x = (x ^ (x >> 16)) * 0x85ebca6bu;
  x = (x ^ (x >> 13)) * 0xc2b2ae35u;
  return x ^ (x >> 16);
}

}  // namespace

Tensor random_weight(const std::string& name, const Shape& sizes, ScalarType type, float mean,
                     float deviation) {
  // Even over [-2^31, 2^31) has the deviation 2^31 / sqrt(3).
  const float scale = deviation * std::sqrt(3.0f) * 0x1p-31f;
  const uint32_t key = key_of(name);
  Tensor weight = Tensor::empty(sizes, ScalarType::kFloat32);
  float* const values = weight.as<float>();
  const int64_t count = weight.count();
#pragma omp parallel for simd schedule(static)
  for (int64_t i = 0; i < count; ++i) {
    const uint32_t bits = mixed(static_cast<uint32_t>(i) + key);
    values[i] = mean + scale * static_cast<float>(static_cast<int32_t>(bits));
  }
  return type == ScalarType::kFloat32 ? std::move(weight) : weight.to(type);
}

}  // namespace reflectionflow
