// Operands of kernel benches: tensors of normal values that closures can share.
#pragma once

#include <memory>
#include <random>

#include "torch/tensor.h"

namespace reflectionflow::bench {

using Operand = std::shared_ptr<Tensor>;

inline Operand share(Tensor tensor) { return std::make_shared<Tensor>(std::move(tensor)); }

// The same values on every call; a long tensor repeats its first ones.
inline Operand normal(const Shape& sizes, ScalarType type, unsigned seed = 1) {
  constexpr int64_t kDrawn = 1 << 20;
  std::mt19937 random(seed);
  std::normal_distribution<float> draw;
  Tensor drawn = Tensor::empty(sizes, ScalarType::kFloat32);
  float* values = drawn.as<float>();
  for (int64_t i = 0; i < drawn.count(); ++i)
    values[i] = i < kDrawn ? draw(random) : values[i - kDrawn];
  return share(drawn.to(type));
}

inline Operand empty(const Shape& sizes, ScalarType type) {
  return share(Tensor::empty(sizes, type));
}

inline double bytes_of(const Operand& x) {
  return static_cast<double>(x->count() * size_of(x->type()));
}

}  // namespace reflectionflow::bench
