// NaN and infinity are found wherever they are; the largest numbers are none of them.
#include "pipeline/finite.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "common/check.h"
#include "error.h"
#include "torch/ops.h"

namespace reflectionflow {
namespace {

constexpr int64_t kCount = 67;

Tensor with(float value, int64_t at, ScalarType type) {
  Tensor made = Tensor::empty({kCount}, ScalarType::kFloat32);
  for (int64_t i = 0; i < kCount; ++i) made.as<float>()[i] = i % 2 ? -1.5f : 0.0f;
  made.as<float>()[at] = value;
  return made.to(type);
}

TEST(lets_the_largest_numbers_pass) {
  require_finite(with(std::numeric_limits<float>::max(), 3, ScalarType::kFloat32), "it is");
  require_finite(with(-3.3e38f, 3, ScalarType::kBFloat16), "it is");
}

TEST(finds_what_is_not_finite_at_any_place) {
  const float infinity = std::numeric_limits<float>::infinity();
  for (float value : {infinity, -infinity, std::numeric_limits<float>::quiet_NaN()}) {
    for (int64_t at : {int64_t{0}, kCount / 2, kCount - 1}) {
      CHECK_THROWS(
          Error,
          require_finite(with(value, at, ScalarType::kBFloat16), "the latents after 28 steps are"),
          "INVALID_ARGUMENT: the latents after 28 steps are not finite in bfloat16; try float32");
      CHECK_THROWS(Error,
                   require_finite(with(value, at, ScalarType::kFloat32), "the decoded image is"),
                   "INVALID_ARGUMENT: the decoded image is not finite in float32: a weight, the "
                   "guidance or a "
                   "LoRA's scale is damaged or too large");
    }
  }
}

// What a card takes; the CPU has the same operators.
TEST(libtorch_finds_what_our_pass_finds) {
  for (const float last : {1.0f, std::numeric_limits<float>::infinity(), NAN}) {
    Tensor values = Tensor::empty({2, 9}, ScalarType::kFloat32);
    std::fill(values.as<float>(), values.as<float>() + 18, 3e38f);
    values.as<float>()[17] = last;
    CHECK_THAT(ops::all_finite(values) == std::isfinite(last), last);
  }
}

}  // namespace
}  // namespace reflectionflow
