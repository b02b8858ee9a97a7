// A network that stays where it computes, or is brought to the card for each use.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "error.h"
#include "models/weight_map.h"

namespace reflectionflow {

template <typename Network>
class Resident {
 public:
  using Make = std::function<Network(WeightMap& weights)>;

  // Takes the weights whose names begin with the prefix.
  Resident(WeightMap& weights, const std::string& prefix, Make make, bool stays)
      : make_(std::move(make)), source_(weights.split(prefix)) {
    // Looked through on the host, so that what is missing or too much is named before any run.
    WeightMap taken = stays ? std::move(source_) : source_.shared_on_host();
    network_.emplace(make_(taken));
    const std::string left_over = taken.left_over();
    if (!left_over.empty()) invalid_file("the model has no use for " + left_over);
    if (!stays) network_.reset();
  }

  // body(network); one that does not stay leaves afterwards, in the order of the card's stream.
  template <typename Body>
  auto with(const Body& body) const {
    if (network_) return body(*network_);
    WeightMap again = source_.shared();
    const Network network = make_(again);
    return body(network);
  }

 private:
  Make make_;
  WeightMap source_;
  std::optional<Network> network_;
};

}  // namespace reflectionflow
