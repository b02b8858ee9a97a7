// Products in eight bits come near those in full, and adapters act beside them.
#include <cmath>

#include "common/check.h"
#include "models/kernel_views.h"
#include "models/linear.h"

namespace reflectionflow {
namespace {

constexpr int64_t kRows = 5, kIn = 64, kOut = 48;

Tensor drawn(const Shape& sizes, uint32_t seed, float scale = 1) {
  Tensor made = Tensor::empty(sizes, ScalarType::kFloat32);
  for (int64_t i = 0; i < made.count(); ++i) {
    seed = seed * 1664525u + 1013904223u;
    made.as<float>()[i] = scale * (static_cast<float>(seed >> 8) / 8388608.0f - 1.0f);
  }
  return made.to(ScalarType::kBFloat16);
}

WeightMap weights() {
  WeightMap map;
  map.put("layer.weight", drawn({kOut, kIn}, 1));
  map.put("layer.bias", drawn({kOut}, 2));
  return map;
}

Linear layer(Precision precision) {
  WeightMap map = weights();
  return {map, "layer", kIn, kOut, ScalarType::kBFloat16, precision};
}

// Root of the mean square of a, or of a - b.
double size_of_rows(const Tensor& a, const Tensor* b = nullptr) {
  const Tensor x = a.to(ScalarType::kFloat32);
  double sum = 0;
  for (int64_t i = 0; i < x.count(); ++i) {
    const double y = b ? b->to(ScalarType::kFloat32).as<float>()[i] : 0;
    sum += (x.as<float>()[i] - y) * (x.as<float>()[i] - y);
  }
  return std::sqrt(sum / static_cast<double>(x.count()));
}

TEST(a_product_in_eight_bits_is_near_the_exact_one) {
  const Tensor x = drawn({kRows, kIn}, 3, 10);
  const Tensor exact = layer(Precision::kExact)(x);
  const Linear quantised = layer(Precision::kFloat8);
  CHECK(quantised.in_eight_bits() && quantised.out_size() == kOut);
  Float8Rows eight = Float8Rows::empty(kRows, kIn, {});
  quantize(x, eight);
  Tensor out = Tensor::empty({kRows, kOut}, ScalarType::kBFloat16);
  quantised.forward(eight, out);
  // e4m3 keeps four significant bits: each factor is off by 2^-4 at most, by a third of it in mean.
  CHECK_THAT(size_of_rows(out, &exact) < 0.05 * size_of_rows(exact),
             size_of_rows(out, &exact) << " of " << size_of_rows(exact));
  CHECK(size_of_rows(out, &exact) > 0);
}

}  // namespace
}  // namespace reflectionflow
