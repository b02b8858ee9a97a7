// Random weights: the same for the same name, however many threads draw them, and as wide as asked.
#include "models/random_weight.h"

#include <omp.h>

#include <cmath>

#include "common/check.h"
#include "models/test_tensors.h"

namespace reflectionflow {
namespace {

constexpr int64_t kCount = 100000;

Tensor weight(const char* name, ScalarType type = ScalarType::kFloat32) {
  return random_weight(name, {kCount / 100, 100}, type, 0, 0.02f);
}

TEST(depends_on_the_name_and_not_on_the_threads) {
  const Tensor first = weight("a.weight");
  omp_set_num_threads(3);
  CHECK(same_bits(first, weight("a.weight")));
  CHECK(!same_bits(first, weight("b.weight")));
  CHECK(same_bits(first.to(ScalarType::kBFloat16), weight("a.weight", ScalarType::kBFloat16)));
}

TEST(has_the_mean_and_the_deviation_asked_for) {
  const Tensor values = weight("a.weight");
  double sum = 0, squares = 0;
  for (int64_t i = 0; i < kCount; ++i) {
    sum += values.as<float>()[i];
    squares += std::pow(values.as<float>()[i], 2);
  }
  CHECK_THAT(std::abs(sum / kCount) < 0.0003, sum / kCount);
  CHECK_THAT(std::abs(std::sqrt(squares / kCount) - 0.02) < 0.0002, std::sqrt(squares / kCount));
}

TEST(is_one_number_without_deviation) {
  const Tensor ones = random_weight("norm.weight", {7}, ScalarType::kFloat32, 1, 0);
  for (int64_t i = 0; i < 7; ++i) CHECK(ones.as<float>()[i] == 1.0f);
}

}  // namespace
}  // namespace reflectionflow
