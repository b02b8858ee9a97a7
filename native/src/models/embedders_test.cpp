// The sinusoidal embedding at the timesteps and guidance scales that FLUX.1 meets, against
// diffusers.
#include "models/embedders.h"

#include <cmath>
#include <vector>

#include "common/check.h"
#include "common/golden.h"

namespace reflectionflow {
namespace {

// Of the 128 frequencies, PyTorch's vectorised exponential misses the nearest float32 in two (12
// and 106), where ours is that nearest one: half a unit in the last place, 3e-8, times the
// argument. The tolerance is that and a rounding.
TEST(embeddings_equal_the_reference) {
  const kernels::GoldenFile file("transformer.safetensors");
  const std::vector<float> values = file.tensor<float>("real.time_proj_in");
  const std::vector<float> golden = file.tensor<float>("real.time_proj");
  const Tensor ours = sinusoidal_embedding(values);
  CHECK(golden.size() == static_cast<size_t>(ours.count()));
  for (size_t i = 0; i < golden.size(); ++i) {
    const float tolerance = 1e-6f + 5e-8f * values[i / 256];
    CHECK_THAT(std::abs(golden[i] - ours.as<float>()[i]) <= tolerance,
               "value " << values[i / 256] << ", entry " << i % 256);
  }
}

}  // namespace
}  // namespace reflectionflow
