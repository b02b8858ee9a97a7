// Products in eight bits come near those in full.
#include "common/check.h"
#include "models/kernel_views.h"
#include "models/linear.h"
#include "models/test_tensors.h"

namespace reflectionflow {
namespace {

constexpr int64_t kRows = 5, kIn = 64, kOut = 48;

WeightMap weights() {
  WeightMap map;
  map.put("layer.weight", drawn({kOut, kIn}, 1).to(ScalarType::kBFloat16));
  map.put("layer.bias", drawn({kOut}, 2).to(ScalarType::kBFloat16));
  return map;
}

Linear layer(Precision precision) {
  WeightMap map = weights();
  return {map, "layer", kIn, kOut, ScalarType::kBFloat16, precision};
}

double off_in(Precision precision) {
  const Tensor x = drawn({kRows, kIn}, 3, 10).to(ScalarType::kBFloat16);
  const Tensor exact = layer(Precision::kExact)(x);
  const Linear quantised = layer(precision);
  CHECK(quantised.in_eight_bits() && quantised.out_size() == kOut);
  QuantizedRows eight = QuantizedRows::empty(kRows, kIn, precision, {});
  quantize(x, eight);
  Tensor out = Tensor::empty({kRows, kOut}, ScalarType::kBFloat16);
  ProductSums sums(kRows * kOut, {});
  quantised.forward(eight, out, sums);
  return distance(out, exact);
}

// e4m3 keeps four significant bits: each factor is off by 2^-4 at most, by a third of it in mean.
TEST(a_product_of_eight_bit_floats_is_near_the_exact_one) {
  const double off = off_in(Precision::kFloat8);
  CHECK_THAT(off > 0 && off < 0.05, off);
}

// Even values lose at most half of 1/127 of the largest: less than floats lose.
TEST(a_product_of_eight_bit_integers_is_near_the_exact_one) {
  const double off = off_in(Precision::kInt8);
  CHECK_THAT(off > 0 && off < 0.01, off);
}

TEST(sums_of_one_shape_are_one_view) {
  ProductSums sums(12, {});
  const Tensor& wide = sums.view(3, 4);
  CHECK(wide.sizes() == (Shape{3, 4}) && wide.type() == ScalarType::kInt32);
  const int64_t handles = Tensor::handles_created();
  CHECK(&sums.view(3, 4) == &wide && Tensor::handles_created() == handles);
  CHECK(sums.view(2, 3).data() == wide.data());
}

}  // namespace
}  // namespace reflectionflow
