// Products in eight bits come near those in full, and adapters act beside them.
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

TEST(a_product_in_eight_bits_is_near_the_exact_one) {
  const Tensor x = drawn({kRows, kIn}, 3, 10).to(ScalarType::kBFloat16);
  const Tensor exact = layer(Precision::kExact)(x);
  const Linear quantised = layer(Precision::kFloat8);
  CHECK(quantised.in_eight_bits() && quantised.out_size() == kOut);
  QuantizedRows eight = QuantizedRows::empty(kRows, kIn, {});
  quantize(x, eight);
  Tensor out = Tensor::empty({kRows, kOut}, ScalarType::kBFloat16);
  quantised.forward(eight, out);
  // e4m3 keeps four significant bits: each factor is off by 2^-4 at most, by a third of it in mean.
  const double off = distance(out, exact);
  CHECK_THAT(off > 0 && off < 0.05, off);
}

}  // namespace
}  // namespace reflectionflow
