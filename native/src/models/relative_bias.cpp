// A head's bias depends on the distance alone, so that each row is a window of one vector.
#include "models/relative_bias.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

namespace reflectionflow {
namespace {

template <typename Bits>
void fill(const Tensor& bias, const Tensor& table, const std::vector<int64_t>& buckets) {
  const int64_t heads = bias.size(0), tokens = bias.size(1);
  std::vector<Bits> by_distance(buckets.size());
  for (int64_t h = 0; h < heads; ++h) {
    for (size_t d = 0; d < buckets.size(); ++d) {
      by_distance[d] = table.as<Bits>()[buckets[d] * heads + h];
    }
    for (int64_t q = 0; q < tokens; ++q) {
      std::memcpy(bias.as<Bits>() + (h * tokens + q) * tokens, &by_distance[tokens - 1 - q],
                  static_cast<size_t>(tokens) * sizeof(Bits));
    }
  }
}

}  // namespace

int64_t relative_bucket(int64_t distance, int64_t buckets, int64_t max_distance) {
  const int64_t half = buckets / 2, exact = half / 2;
  const int64_t base = distance > 0 ? half : 0;
  const int64_t length = std::abs(distance);
  if (length < exact) return base + length;
  // In float32, as the reference does it: the edges of the buckets depend on the rounding.
  const float span = static_cast<float>(std::log(static_cast<double>(max_distance) / exact));
  const float part = std::log(static_cast<float>(length) / static_cast<float>(exact)) / span;
  const auto steps = static_cast<int64_t>(part * static_cast<float>(half - exact));
  return base + std::min(exact + steps, half - 1);
}

Tensor relative_bias(const Tensor& table, int64_t tokens, int64_t max_distance) {
  std::vector<int64_t> buckets;
  for (int64_t distance = 1 - tokens; distance < tokens; ++distance) {
    buckets.push_back(relative_bucket(distance, table.size(0), max_distance));
  }
  Tensor bias = Tensor::empty({table.size(1), tokens, tokens}, table.type());
  if (size_of(table.type()) == 2) {
    fill<uint16_t>(bias, table, buckets);
  } else {
    fill<uint32_t>(bias, table, buckets);
  }
  return bias;
}

}  // namespace reflectionflow
