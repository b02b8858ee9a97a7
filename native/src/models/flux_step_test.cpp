// What a fused kernel does in one pass is, bit for bit, what its parts do in a row.
#include <cstring>

#include "adaln_modulate/adaln_modulate.h"
#include "common/kernel_suite.h"
#include "gated_residual/gated_residual.h"
#include "gated_residual_adaln/gated_residual_adaln.h"

namespace reflectionflow::kernels {
namespace {

constexpr int64_t kTokens = 3, kWidth = 3072;

// Two samples of rows, and a vector for each.
template <typename T>
struct Operands {
  std::vector<T> x = values(1, 2 * kTokens * kWidth), y = values(2, 2 * kTokens * kWidth);
  std::vector<T> gate = values(3, 2 * kWidth), shift = values(4, 2 * kWidth);
  std::vector<T> scale = values(5, 2 * kWidth), out = std::vector<T>(x.size());

  static std::vector<T> values(uint64_t seed, int64_t count) {
    const Values drawn = random_values(seed, count);
    std::vector<T> stored(drawn.size());
    for (size_t i = 0; i < drawn.size(); ++i) store(&stored[i], drawn[i]);
    return stored;
  }
};

template <typename Op, typename T>
Op describe(Operands<T>& operands, DType dtype) {
  Op op;
  op.dtype = dtype;
  op.batch = 2;
  op.tokens = kTokens;
  op.width = kWidth;
  op.x = {operands.x.data(), kTokens * kWidth, kWidth};
  return op;
}

template <typename T>
void in_one_pass(Operands<T>& operands, DType dtype) {
  auto op = describe<GatedResidualAdaln>(operands, dtype);
  op.y = {operands.y.data(), kTokens * kWidth, kWidth};
  op.gate = {operands.gate.data(), kWidth};
  op.shift = {operands.shift.data(), kWidth};
  op.scale = {operands.scale.data(), kWidth};
  op.out = {operands.out.data(), kTokens * kWidth, kWidth};
  gated_residual_adaln(op, {});
}

template <typename T>
void in_a_row(Operands<T>& operands, DType dtype) {
  auto add = describe<GatedResidual>(operands, dtype);
  add.y = {operands.y.data(), kTokens * kWidth, kWidth};
  add.gate = {operands.gate.data(), kWidth};
  gated_residual(add, {});
  auto modulate = describe<AdalnModulate>(operands, dtype);
  modulate.shift = {operands.shift.data(), kWidth};
  modulate.scale = {operands.scale.data(), kWidth};
  modulate.out = {operands.out.data(), kTokens * kWidth, kWidth};
  adaln_modulate(modulate, {});
}

template <typename T>
bool same_bits(const std::vector<T>& a, const std::vector<T>& b) {
  return std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}

TEST(residual_and_modulation_in_one_pass_give_the_bits_of_both_in_a_row) {
  on_every_path(cpu_device(), [](const Device& device) {
    for (const DType dtype : {DType::kFloat32, DType::kBFloat16, DType::kFloat16}) {
      with_element_type(dtype, [&](auto* element) {
        Operands<std::remove_pointer_t<decltype(element)>> one, two;
        in_one_pass(one, dtype);
        in_a_row(two, dtype);
        CHECK_THAT(same_bits(one.x, two.x), device.name << ' ' << name_of(dtype));
        CHECK_THAT(same_bits(one.out, two.out), device.name << ' ' << name_of(dtype));
      });
    }
  });
}

}  // namespace
}  // namespace reflectionflow::kernels
