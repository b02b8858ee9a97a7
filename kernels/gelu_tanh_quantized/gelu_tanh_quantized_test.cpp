// GELU and quantisation against their formula; models/quantized_parts_test holds them against the
// two kernels.
#include "gelu_tanh_quantized/gelu_tanh_quantized.h"

#include "common/quantized_suite.h"
#include "gelu_tanh_quantized/gelu_tanh_quantized_ref.h"

namespace reflectionflow::kernels {
namespace {

KernelCase make_case(EightBits format, const char* name, const Layout& rows, Values values) {
  return quantized_rows_case<GeluTanhQuantized>(
      gelu_tanh_quantized, format, name, rows, std::move(values),
      [](int64_t, const Values& x) { return std::vector<Values>{gelu_tanh_quantized_ref(x)}; });
}

std::vector<KernelCase> cases(EightBits format) {
  return {
      make_case(format, "one element", dense(1, 1, 1), {0.7f}),
      make_case(format, "odd width", strided(1, 7, 33), random_values(1, 7 * 33, 2)),
      make_case(format, "vectors", padded(1, 5, 264), random_values(2, 5 * 264, 2)),
      make_case(format, "all negative", strided(1, 2, 130), random_values(3, 2 * 130, 0.3f, -3)),
      make_case(format, "FLUX width", dense(1, 3, 12288), random_values(4, 3 * 12288, 2)),
      make_case(format, "odd and wide", strided(1, 2, 16383), random_values(5, 2 * 16383, 2))};
}

TEST(equals_its_formula_on_the_cpu) { run_quantized_suite(cases, cpu_device()); }

CUDA_TEST(equals_its_formula_on_cuda) { run_quantized_suite(cases, cuda_device()); }

std::vector<KernelCase> nan_in_a_row(EightBits format) {
  KernelCase one =
      make_case(format, "NaN in a row", strided(1, 3, 19), random_values(6, 3 * 19, 2));
  one.inputs[0].values[25] = std::nanf("");
  const auto formula = one.reference;
  one.reference = [formula](const std::vector<Values>& in) {
    std::vector<Values> rows = formula(in);
    std::fill_n(rows[0].begin() + 19, 19, std::nanf(""));
    return rows;
  };
  return {one};
}

TEST(nan_takes_its_row_and_no_other) { run_quantized_suite(nan_in_a_row, cpu_device()); }

TEST(refuses_what_it_cannot_do) {
  float x[4] = {}, scale = 0;
  uint8_t out[4] = {};
  GeluTanhQuantized op;
  op.rows = 1;
  op.width = op.x_row_stride = op.out_row_stride = 4;
  op.x = x;
  op.out = out;
  op.row_scale = &scale;
  GeluTanhQuantized bad = op;
  bad.width = 0;
  CHECK_REFUSED(gelu_tanh_quantized(bad, {}), "gelu_tanh_quantized: width 0 is not in [1, 16384]");
  bad = op;
  bad.format = static_cast<EightBits>(7);
  CHECK_REFUSED(gelu_tanh_quantized(bad, {}), "gelu_tanh_quantized: format 7 is unknown");
  bad = op;
  bad.row_scale = nullptr;
  CHECK_REFUSED(gelu_tanh_quantized(bad, {}), "gelu_tanh_quantized: row_scale is null");
  if (!kCudaBuild)
    CHECK_REFUSED(gelu_tanh_quantized(op, Stream{nullptr, true}),
                  "gelu_tanh_quantized: this build has no CUDA kernels");
}

}  // namespace
}  // namespace reflectionflow::kernels
