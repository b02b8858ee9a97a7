// A network that does not stay is built again from the same weights.
#include "resident.h"

#include "common/check.h"

namespace reflectionflow {
namespace {

struct Network {
  explicit Network(WeightMap& weights)
      : weight(weights.take("net.weight", {2}, ScalarType::kFloat32)) {
    ++alive;
  }
  Network(Network&& other) noexcept : weight(std::move(other.weight)) { ++alive; }
  ~Network() { --alive; }

  Tensor weight;
  static int alive;
};

int Network::alive = 0;

Tensor ones() {
  Tensor made = Tensor::empty({2}, ScalarType::kFloat32);
  made.as<float>()[0] = made.as<float>()[1] = 1;
  return made;
}

// The weights of the network and another one; placing counts.
WeightMap weights(int* placed) {
  WeightMap map([placed](const Tensor& host) {
    ++*placed;
    return host.contiguous();
  });
  map.put("net.weight", ones());
  map.put("other.weight", ones());
  return map;
}

Network make(WeightMap& weights) { return Network(weights); }

TEST(a_network_that_stays_is_placed_once) {
  int placed = 0;
  WeightMap map = weights(&placed);
  const Resident<Network> network(map, "net.", make, true);
  CHECK(placed == 1 && Network::alive == 1);
  for (int i = 0; i < 2; ++i) {
    CHECK(network.with([](const Network& net) { return net.weight.as<float>()[1]; }) == 1);
  }
  CHECK(placed == 1);
  CHECK(map.left_over() == "other.weight");
}

TEST(a_network_that_leaves_is_placed_for_each_use) {
  int placed = 0;
  WeightMap map = weights(&placed);
  const Resident<Network> network(map, "net.", make, false);
  CHECK(placed == 0 && Network::alive == 0);
  for (int i = 1; i <= 2; ++i) {
    network.with(
        [&](const Network& net) { CHECK(net.weight.as<float>()[0] == 1 && Network::alive == 1); });
    CHECK(placed == i && Network::alive == 0);
  }
}

TEST(what_is_missing_or_too_much_is_named_at_once) {
  int placed = 0;
  for (const bool stays : {true, false}) {
    WeightMap map = weights(&placed);
    map.put("net.more", ones());
    CHECK_THROWS(Error, Resident<Network>(map, "net.", make, stays),
                 "INVALID_FILE: the model has no use for net.more");
    WeightMap empty;
    CHECK_THROWS(Error, Resident<Network>(empty, "net.", make, stays),
                 "INVALID_FILE: the weight net.weight is missing");
  }
}

}  // namespace
}  // namespace reflectionflow
