// Weights are handed out once, checked against what the network expects.
#include "models/weight_map.h"

#include <cstring>
#include <utility>

#include "error.h"

namespace reflectionflow {

Tensor stored_weight(void* data, const Shape& sizes, ScalarType type) {
  if (reinterpret_cast<uintptr_t>(data) % static_cast<uintptr_t>(size_of(type)) == 0) {
    return Tensor::from_blob(data, sizes, type);
  }
  Tensor aligned = Tensor::empty(sizes, type);
  std::memcpy(aligned.data(), data, static_cast<size_t>(sizes.count() * size_of(type)));
  return aligned;
}

void WeightMap::put(const std::string& name, Tensor weight) {
  if (!weights_.emplace(name, std::move(weight)).second) {
    invalid_file("the weight " + name + " is given twice");
  }
}

Tensor WeightMap::take(const std::string& name) {
  auto found = weights_.find(name);
  if (found == weights_.end()) invalid_file("the weight " + name + " is missing");
  Tensor weight = std::move(found->second);
  weights_.erase(found);
  return weight;
}

WeightMap WeightMap::split(const std::string& prefix) {
  WeightMap part(placing_);
  for (auto at = weights_.lower_bound(prefix);
       at != weights_.end() && at->first.compare(0, prefix.size(), prefix) == 0;) {
    part.weights_.insert(weights_.extract(at++));
  }
  return part;
}

WeightMap WeightMap::shared() const {
  WeightMap copy(placing_);
  for (const auto& weight : weights_) copy.weights_.emplace(weight.first, weight.second.share());
  return copy;
}

WeightMap WeightMap::shared_on_host() const {
  WeightMap copy = shared();
  copy.placing_ = {};
  return copy;
}

Tensor WeightMap::take_stored(const std::string& name, const Shape& sizes) {
  Tensor weight = take(name);
  if (!(weight.sizes() == sizes)) {
    invalid_file("the weight " + name + " is " + weight.to_string() + ", expected " +
                 sizes.to_string());
  }
  return weight;
}

Tensor WeightMap::take_late(const std::string& name, const Shape& sizes, ScalarType type) {
  if (!late_on_host_) return take(name, sizes, type);
  Tensor weight = take_stored(name, sizes);
  return weight.type() == type ? std::move(weight) : weight.to(type);
}

Tensor WeightMap::take(const std::string& name, const Shape& sizes, ScalarType type) {
  Tensor weight = take_stored(name, sizes);
  if (placing_) weight = placing_(weight);
  return weight.type() == type ? std::move(weight) : weight.to(type);
}

void WeightMap::put_adapter(const std::string& layer, Adapter adapter) {
  adapters_[layer].push_back(std::move(adapter));
}

std::vector<Adapter> WeightMap::take_adapters(const std::string& layer) {
  auto found = adapters_.find(layer);
  if (found == adapters_.end()) return {};
  std::vector<Adapter> adapters = std::move(found->second);
  adapters_.erase(found);
  return adapters;
}

std::string WeightMap::left_over() const {
  constexpr size_t kNamed = 5;
  std::vector<std::string> names;
  for (const auto& weight : weights_) names.push_back(weight.first);
  for (const auto& layer : adapters_) names.push_back("LoRA of " + layer.first);
  std::string text;
  for (size_t i = 0; i < names.size() && i < kNamed; ++i) text += (i ? ", " : "") + names[i];
  if (names.size() > kNamed) text += " and " + std::to_string(names.size() - kNamed) + " more";
  return text;
}

}  // namespace reflectionflow
