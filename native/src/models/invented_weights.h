// Random weights for whatever network asks for them: tests need not repeat every layer's name.
#pragma once

#include <charconv>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "error.h"
#include "models/test_tensors.h"
#include "models/weight_map.h"

namespace reflectionflow {

// What a network made by make(WeightMap&) takes. Its complaints tell the names and then the sizes:
// "the weight NAME is missing", "the weight NAME is float32[], expected [3, 4]".
class InventedWeights {
 public:
  template <typename Make>
  explicit InventedWeights(const Make& make) {
    for (;;) {
      try {
        WeightMap weights;
        put_into(weights);
        make(weights);
        return;
      } catch (const Error& error) {
        if (!learn(error.reason())) throw;
      }
    }
  }

  void put_into(WeightMap& weights) const {
    uint32_t seed = 1;
    for (const auto& [name, sizes] : sizes_) {
      const auto inputs = static_cast<float>(sizes.rank() > 1 ? sizes.count() / sizes[0] : 16);
      weights.put(name, drawn(sizes, ++seed, 1.0f / std::sqrt(inputs)));
    }
  }

 private:
  // Whether the complaint is one of the two.
  bool learn(const std::string& complaint) {
    const std::string start = "the weight ", missing = " is missing", expected = ", expected [";
    if (complaint.compare(0, start.size(), start) != 0) return false;
    const size_t end = complaint.find(" is ", start.size());
    if (end == std::string::npos) return false;
    const std::string name = complaint.substr(start.size(), end - start.size());
    if (complaint.compare(end, missing.size(), missing) == 0)
      return sizes_.emplace(name, Shape()).second;
    const size_t list = complaint.find(expected);
    if (list == std::string::npos) return false;
    std::vector<int64_t> sizes;
    const char* at = complaint.data() + list + expected.size();
    for (;; at += 2) {
      int64_t size = 0;
      const auto parsed = std::from_chars(at, complaint.data() + complaint.size(), size);
      if (parsed.ec != std::errc()) break;
      sizes.push_back(size);
      at = parsed.ptr;
      if (*at != ',') break;
    }
    sizes_[name] = Shape(sizes.data(), static_cast<int64_t>(sizes.size()));
    return true;
  }

  std::map<std::string, Shape> sizes_;
};

}  // namespace reflectionflow
