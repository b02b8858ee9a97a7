// GELU's launches, and its formula with powers and quotients at the limits of what cards promise.
#include <cmath>

#include "common/gelu_formula.h"
#include "common/kernel_suite.h"
#include "common/launch_checks.h"
#include "gelu_tanh/gelu_tanh_cuda.h"
#include "gelu_tanh/gelu_tanh_ref.h"

namespace reflectionflow::kernels {
namespace {

alignas(16) char memory[32];

GeluTanh shape(DType dtype, int64_t rows, int64_t width) {
  return dense_rows<GeluTanh>(memory, dtype, rows, width);
}

TEST(every_element_is_reached_once) {
  for (const DType dtype : {DType::kFloat32, DType::kBFloat16}) {
    for (const int64_t width : {1, 8, 33, 4096, 5000, 12288})
      check_flat(gelu_tanh_launch(shape(dtype, 3, width)), 3, width);
  }
}

TEST(accesses_are_wide_where_memory_is_aligned) {
  GeluTanh op = shape(DType::kBFloat16, 2, 12288);
  op.out_row_stride = 15360;  // into the single-stream block's buffer, behind attention's columns
  CHECK(gelu_tanh_launch(op).vector == 8);
  op.out = memory + 8;
  CHECK(gelu_tanh_launch(op).vector == 1);
  op.out = memory;
  op.x_row_stride += 4;
  CHECK(gelu_tanh_launch(op).vector == 1);
}

// ex2.approx is within 2^-22 of the power and flushes subnormals; __fdividef is within two units in
// the last place and gives 0 for finite divisors above 2^126.
float approximate_gelu(float x, float power_error, float quotient_error) {
  return gelu_by(
      x,
      [&](float exponent) {
        const float power = std::exp2(exponent);
        return power < 0x1p-126f ? 0.0f : power * (1.0f + power_error);
      },
      [&](float a, float b) {
        if (b > 0x1p126f && !std::isinf(b)) return std::isinf(a) ? std::nanf("") : 0.0f;
        return a / b * (1.0f + quotient_error);
      });
}

TEST(approximate_powers_and_quotients_are_good_enough_for_float32) {
  constexpr int kCount = 20001;
  for (const float range : {12.0f, 6.0f, 1.0f}) {
    Operand x = {dense(1, 1, kCount), Values(kCount)};
    for (int i = 0; i < kCount; ++i)
      x.values[i] = range * (2.0f * static_cast<float>(i) / (kCount - 1) - 1.0f);
    const Values truth = gelu_tanh_ref(x.values);
    const Values stored = gelu_tanh_ref(merely_stored(x, DType::kFloat32));
    for (const float power_error : {-0x1p-22f, 0x1p-22f}) {
      for (const float quotient_error : {-0x1p-22f, 0x1p-22f}) {
        Values ours;
        for (const float value : x.values)
          ours.push_back(approximate_gelu(value, power_error, quotient_error));
        check_accuracy("approximate", 16, truth, stored, ours);
      }
    }
  }
}

TEST(the_ends_of_the_curve_are_right) {
  const float infinity = std::numeric_limits<float>::infinity();
  CHECK(approximate_gelu(infinity, 0, 0) == infinity);
  CHECK(std::isnan(approximate_gelu(-infinity, 0, 0)));  // as the reference
  CHECK(std::isnan(approximate_gelu(std::nanf(""), 0, 0)));
  CHECK(approximate_gelu(60000.0f, 0, 0) == 60000.0f);
  CHECK(approximate_gelu(-60000.0f, 0, 0) == 0.0f);
}

}  // namespace
}  // namespace reflectionflow::kernels
