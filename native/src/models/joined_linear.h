// Linear layers of the same rows: one product for all of them where their weights are copied to a
// card anyway, one for each where they stay in the mapped file.
//
// A product three or seven times as wide fills a card's multiprocessors better: of its last wave of
// tiles less is idle.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/linear.h"

namespace reflectionflow {

class JoinedLinear {
 public:
  struct Output {
    std::string name;  // of the layer, see Linear
    int64_t size;
  };
  JoinedLinear(WeightMap& weights, const std::vector<Output>& outputs, int64_t in, ScalarType type,
               Precision precision, bool joined);

  // The product of all layers, out columns side by side; null where each has its own.
  const Linear* whole() const { return whole_ ? &*whole_ : nullptr; }
  // Where there is a whole, their adapters only.
  const std::vector<Linear>& layers() const { return layers_; }
  bool adapted() const;

 private:
  std::vector<Linear> layers_;
  std::optional<Linear> whole_;
};

}  // namespace reflectionflow
