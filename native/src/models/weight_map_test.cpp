// Weights lie where they are stored, but for those at odd addresses.
#include "models/weight_map.h"

#include <cstring>

#include "common/check.h"
#include "error.h"

namespace reflectionflow {
namespace {

struct File {
  alignas(16) unsigned char bytes[64] = {};
};

TEST(is_used_in_place_where_its_address_allows) {
  File file;
  const Tensor weight = stored_weight(file.bytes + 4, {2, 3}, ScalarType::kFloat32);
  CHECK(weight.data() == file.bytes + 4);
}

TEST(is_copied_where_elements_lie_across_their_boundaries) {
  File file;
  const float values[3] = {1.5f, -2.0f, 1e-30f};
  for (int offset : {1, 2, 3}) {
    std::memcpy(file.bytes + offset, values, sizeof values);
    const Tensor weight = stored_weight(file.bytes + offset, {3}, ScalarType::kFloat32);
    CHECK(reinterpret_cast<uintptr_t>(weight.data()) % 4 == 0);
    CHECK(std::memcmp(weight.data(), values, sizeof values) == 0);
  }
  const Tensor half = stored_weight(file.bytes + 1, {3}, ScalarType::kBFloat16);
  CHECK(reinterpret_cast<uintptr_t>(half.data()) % 2 == 0);
  CHECK(std::memcmp(half.data(), file.bytes + 1, 6) == 0);
}

TEST(is_handed_out_once_and_named_where_it_does_not_fit) {
  File file;
  WeightMap weights;
  weights.put("a", stored_weight(file.bytes, {2, 3}, ScalarType::kFloat32));
  CHECK_THROWS(Error, weights.put("a", Tensor()), "INVALID_FILE: the weight a is given twice");
  weights.put("b", stored_weight(file.bytes, {2}, ScalarType::kBFloat16));
  CHECK_THROWS(Error, weights.take("b", {3}, ScalarType::kFloat32),
               "INVALID_FILE: the weight b is bfloat16[2], expected [3]");
  CHECK(weights.left_over() == "a");
  CHECK(weights.take("a", {2, 3}, ScalarType::kFloat32).data() == file.bytes);
  CHECK_THROWS(Error, weights.take("a"), "INVALID_FILE: the weight a is missing");
}

TEST(what_is_left_over_is_named_but_not_without_end) {
  File file;
  WeightMap weights;
  for (int i = 0; i < 9; ++i) {
    weights.put("w" + std::to_string(i), stored_weight(file.bytes, {1}, ScalarType::kFloat32));
  }
  weights.put_adapter("x", {});
  CHECK(weights.left_over() == "w0, w1, w2, w3, w4 and 5 more");
}

TEST(splits_by_the_beginning_of_names) {
  File file;
  WeightMap weights;
  for (const char* name : {"a.x", "b", "b.x", "b.y", "c.x"}) {
    weights.put(name, stored_weight(file.bytes, {2}, ScalarType::kFloat32));
  }
  const WeightMap part = weights.split("b.");
  CHECK(part.left_over() == "b.x, b.y");
  CHECK(weights.left_over() == "a.x, b, c.x");
  CHECK(part.shared().left_over() == "b.x, b.y");
}

}  // namespace
}  // namespace reflectionflow
