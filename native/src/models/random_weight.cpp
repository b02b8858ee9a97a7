// A hash of a counter: no state, so that threads share the work, and no branch, so that the loop
// becomes vector code.
#include "models/random_weight.h"

#include <cmath>
#include <cstdint>
#include <type_traits>

#include "common/element.h"
#include "models/kernel_views.h"

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
  Tensor weight = Tensor::empty(sizes, type);
  const int64_t count = weight.count();
  // In the type at once: with models of 24 GB, most of the time goes into memory touched first.
  kernels::with_element_type(kernel_dtype(type), [&](auto* element) {
    auto* const values = weight.as<std::remove_pointer_t<decltype(element)>>();
#pragma omp parallel for simd schedule(static)
    for (int64_t i = 0; i < count; ++i) {
      const uint32_t bits = mixed(static_cast<uint32_t>(i) + key);
      kernels::store(values + i, mean + scale * static_cast<float>(static_cast<int32_t>(bits)));
    }
  });
  return weight;
}

}  // namespace reflectionflow
