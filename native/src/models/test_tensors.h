// What tests make tensors of and compare them by.
#pragma once

#include <cmath>
#include <cstring>

#include "torch/tensor.h"

namespace reflectionflow {

// float32, even over [-scale, scale), always the same for the same seed.
inline Tensor drawn(const Shape& sizes, uint32_t seed, float scale = 1) {
  Tensor made = Tensor::empty(sizes, ScalarType::kFloat32);
  for (int64_t i = 0; i < made.count(); ++i) {
    seed = seed * 1664525u + 1013904223u;
    made.as<float>()[i] = scale * (static_cast<float>(seed >> 8) / 8388608.0f - 1.0f);
  }
  return made;
}

// Of contiguous tensors on the host.
inline bool same_bits(const Tensor& a, const Tensor& b) {
  return a.type() == b.type() && a.sizes() == b.sizes() &&
         std::memcmp(a.data(), b.data(), static_cast<size_t>(a.bytes())) == 0;
}

// Root mean square of a - b, relative to that of b; NaN, which is never small, where one has any.
inline double distance(const Tensor& a, const Tensor& b) {
  const Tensor left = a.to(ScalarType::kFloat32), right = b.to(ScalarType::kFloat32);
  double difference = 0, size = 0;
  for (int64_t i = 0; i < right.count(); ++i) {
    const double x = left.as<float>()[i], y = right.as<float>()[i];
    difference += (x - y) * (x - y);
    size += y * y;
  }
  return std::sqrt(difference / size);
}

}  // namespace reflectionflow
