// The weights of a model by our names, as they lie in the mapped files.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "torch/tensor.h"

namespace reflectionflow {

// A low-rank adapter (LoRA) of one linear layer: y += scale * (x a^T) b^T.
struct Adapter {
  Tensor a;  // (rank, in)
  Tensor b;  // (out, rank)
  double scale = 1;
};

// A weight that lies at data, which must outlive it: in place, or as a copy where data is no
// multiple of the element's size, which safetensors does not promise and compiled code may not
// read.
Tensor stored_weight(void* data, const Shape& sizes, ScalarType type);

// Filled by the engine, emptied by the networks: each take() hands one weight over, so that what is
// left at the end belongs to nobody and can be named.
class WeightMap {
 public:
  // Moves a weight from the host to where the networks compute.
  using Placing = std::function<Tensor(const Tensor& host)>;

  WeightMap() = default;  // the networks compute on the host: weights stay in place
  explicit WeightMap(Placing placing) : placing_(std::move(placing)) {}

  void put(const std::string& name, Tensor weight);

  // The weights whose names begin with the prefix, in a map of their own.
  WeightMap split(const std::string& prefix);
  WeightMap shared() const;          // a second map of the same weights
  WeightMap shared_on_host() const;  // whose weights stay on the host

  // The weight in the computing type: in place where it is stored so, a converted copy where not.
  // Throws INVALID_FILE naming the weight when it is missing or of other sizes.
  Tensor take(const std::string& name, const Shape& sizes, ScalarType type);
  // The weight as it is stored, on the host.
  Tensor take(const std::string& name);
  // A weight of the host's where the networks compute.
  Tensor placed(const Tensor& host) const { return placing_ ? placing_(host) : host.share(); }

  // As take() but on the host, for late_placing(), where it is asked that such weights come to the
  // card for each use only.
  Tensor take_late(const std::string& name, const Shape& sizes, ScalarType type);
  void keep_late_on_host() { late_on_host_ = true; }
  // What places such a weight for a use; empty where take_late() has placed it.
  Placing late_placing() const { return late_on_host_ ? placing_ : Placing(); }

  // Adapters belong to a layer's name without ".weight"; several add up.
  void put_adapter(const std::string& layer, Adapter adapter);
  std::vector<Adapter> take_adapters(const std::string& layer);

  // What no network asked for: the first names and how many there are; empty where nothing is left.
  std::string left_over() const;

 private:
  Tensor take_stored(const std::string& name, const Shape& sizes);

  Placing placing_;
  bool late_on_host_ = false;
  std::map<std::string, Tensor> weights_;
  std::map<std::string, std::vector<Adapter>> adapters_;
};

}  // namespace reflectionflow
