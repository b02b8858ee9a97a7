// Blocks that wait on the host come one at a time, and change nothing.
#include "models/t5_encoder.h"

#include <cstring>
#include <utility>
#include <vector>

#include "common/check.h"
#include "models/invented_weights.h"

namespace reflectionflow {
namespace {

constexpr int64_t kTokens = 5, kIds[kTokens] = {3, 1, 4, 1, 0};
constexpr int kBlocks = 3, kWeightsOfABlock = 9;

T5Config small_t5() {
  T5Config config{};
  config.width = 16;
  config.heads = 2;
  config.head_size = 8;
  config.mlp_width = 24;
  config.blocks = kBlocks;
  config.vocabulary = 7;
  config.buckets = 8;
  config.max_distance = 16;
  config.norm_epsilon = 1e-6;
  return config;
}

T5Encoder encoder(WeightMap weights) {
  const auto make = [](WeightMap& map) { return T5Encoder(small_t5(), map, ScalarType::kFloat32); };
  InventedWeights(make).put_into(weights);
  return make(weights);
}

TEST(blocks_may_wait_on_the_host_and_come_one_at_a_time) {
  std::vector<int64_t> alive;  // handles at each placing
  WeightMap weights([&](const Tensor& host) {
    alive.push_back(Tensor::handles_alive());
    return host.contiguous();
  });
  weights.keep_late_on_host();
  const T5Encoder leaving = encoder(std::move(weights));
  CHECK_THAT(alive.size() == 2, alive.size());  // the bias and the final norm
  for (int use = 0; use < 2; ++use) {
    alive.clear();
    const Tensor got = leaving.forward(kIds, kTokens);
    CHECK_THAT(alive.size() == kBlocks * kWeightsOfABlock, alive.size());
    for (size_t i = 0; i < alive.size(); ++i) {
      CHECK_THAT(alive[i] == alive[i % kWeightsOfABlock], i);  // no block is left of before
    }
    const Tensor expected = encoder({}).forward(kIds, kTokens);
    CHECK(std::memcmp(got.data(), expected.data(), static_cast<size_t>(got.count()) * 4) == 0);
  }
}

}  // namespace
}  // namespace reflectionflow
