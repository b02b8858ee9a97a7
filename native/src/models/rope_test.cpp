// RoPE tables at FLUX.1's own head size, negative positions of condition tokens included, against
// diffusers.
#include "models/rope.h"

#include <cmath>
#include <vector>

#include "common/check.h"
#include "common/golden.h"

namespace reflectionflow {
namespace {

// The golden table has each pair's value twice.
void check_table(const std::vector<float>& golden, const Tensor& ours) {
  CHECK(static_cast<int64_t>(golden.size()) == 2 * ours.count());
  for (size_t i = 0; i < golden.size(); ++i) {
    const float value = ours.as<float>()[i / 2];
    CHECK_THAT(std::abs(golden[i] - value) <= 1e-6f, i << ": " << value << ", not " << golden[i]);
  }
}

TEST(tables_equal_the_reference) {
  const kernels::GoldenFile file("transformer.safetensors");
  std::vector<Position> positions;
  const std::vector<float> ids = file.tensor<float>("real.rope_ids");
  for (size_t i = 0; i < ids.size(); i += 3) {
    positions.push_back({static_cast<int64_t>(ids[i]), static_cast<int64_t>(ids[i + 1]),
                         static_cast<int64_t>(ids[i + 2])});
  }
  const RopeTable table(positions, {16, 56, 56});
  check_table(file.tensor<float>("real.rope_cos"), table.cos);
  check_table(file.tensor<float>("real.rope_sin"), table.sin);
}

TEST(condition_tokens_lie_left_of_the_image) {
  const std::vector<Position> positions = grid_positions(2, 3, -3);
  CHECK(positions.size() == 6);
  CHECK((positions[0] == Position{0, 0, -3}));
  CHECK((positions[5] == Position{0, 1, -1}));
}

}  // namespace
}  // namespace reflectionflow
