// The layers give their weights to the whole and keep their adapters.
#include "models/joined_linear.h"

#include <algorithm>

namespace reflectionflow {

JoinedLinear::JoinedLinear(WeightMap& weights, const std::vector<Output>& outputs, int64_t in,
                           ScalarType type, Precision precision, bool joined) {
  for (const Output& output : outputs) {
    layers_.emplace_back(weights, output.name, in, output.size, type, precision);
  }
  if (joined) whole_ = Linear::joined(layers_);
}

bool JoinedLinear::adapted() const {
  return std::any_of(layers_.begin(), layers_.end(),
                     [](const Linear& layer) { return layer.adapted(); });
}

}  // namespace reflectionflow
