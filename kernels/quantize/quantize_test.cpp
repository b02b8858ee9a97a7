// Row-wise quantisation against its formula, to the bit: the maximum of a row knows no order.
#include "quantize/quantize.h"

#include "common/quantized_suite.h"
#include "quantize/quantize_ref.h"

namespace reflectionflow::kernels {
namespace {

// As random as they come among the values that every dtype holds.
Values values_of_all_dtypes(uint64_t seed, int64_t count, float spread) {
  Values values = random_values(seed, count, spread);
  for (float& value : values)
    value = rounded(rounded(value, Stored::kAsTested, DType::kBFloat16), Stored::kAsTested,
                    DType::kFloat16);
  return values;
}

KernelCase make_case(EightBits format, const char* name, const Layout& rows, Values values) {
  return quantized_rows_case<Quantize>(
      quantize, format, name, rows, std::move(values),
      [format](int64_t width, const Values& x) { return quantize_ref(format, width, x); });
}

// Every value and every middle between two, with both signs; the largest makes the scale 1.
Values values_and_ties(EightBits format) {
  Values values;
  with_eight_bits(format, [&](auto* eight) {
    using Eight = std::remove_pointer_t<decltype(eight)>;
    for (Eight low{0};; ++low.bits) {
      const Eight high{static_cast<uint8_t>(low.bits + 1)};
      const float value = load(&low), middle = (value + load(&high)) / 2;
      for (const float sign : {1.0f, -1.0f}) {
        values.push_back(sign * value);
        if (value < Eight::kLargest) values.push_back(sign * middle);
      }
      if (value == Eight::kLargest) break;
    }
  });
  return values;
}

KernelCase ties(EightBits format) {
  Values values = values_and_ties(format);
  const auto half = static_cast<int64_t>(values.size() / 2);
  return make_case(format, "ties", strided(1, 2, half), std::move(values));
}

std::vector<KernelCase> cases(EightBits format) {
  return {
      make_case(format, "one element", dense(1, 1, 1), {0.75f}),
      make_case(format, "zeros", strided(1, 2, 5), Values(10, 0.0f)),
      ties(format),
      make_case(format, "odd width", strided(1, 7, 33), values_of_all_dtypes(1, 7 * 33, 3)),
      make_case(format, "vectors", padded(1, 5, 264), values_of_all_dtypes(2, 5 * 264, 0.01f)),
      make_case(format, "a row of FLUX", dense(1, 3, 3072), values_of_all_dtypes(3, 3 * 3072, 9)),
      make_case(format, "a row of the feed-forward part", dense(1, 3, 12288),
                values_of_all_dtypes(4, 3 * 12288, 2)),
      make_case(format, "the widest", strided(1, 2, 16384), values_of_all_dtypes(5, 2 * 16384, 2)),
      make_case(format, "odd and wide", strided(1, 2, 16383),
                values_of_all_dtypes(6, 2 * 16383, 2)),
      make_case(format, "NaN and infinity", dense(1, 3, 3),
                {1, std::nanf(""), 2, 3, 4, 5, 6, -std::numeric_limits<float>::infinity(), 7})};
}

// Patterns are no quantities, to be nearly right, so there is no allowance here.
void run_to_the_bit(const KernelCase& test, EightBits format, const Device& device) {
  const std::vector<Values> expected = test.reference({test.inputs[0].values});
  for (const DType dtype : {DType::kFloat32, DType::kBFloat16, DType::kFloat16}) {
    const std::string where =
        test.name + " " + name_of(dtype) + " to " + name_of(format) + " on " + device.name;
    for (int run = 0; run < 2; ++run) {
      device.vary(run);
      const CaseRun got = launch_case(test, device, dtype, where);
      CHECK_THAT(difference(got.outputs[0], expected[0]).largest == 0, where);
      CHECK_THAT(difference(got.outputs[1], expected[1]).largest == 0, where);
    }
  }
}

void run_all_to_the_bit(const Device& device) {
  on_every_path(device, [&](const Device& on_path) {
    for (const EightBits format : kEightBits) {
      for (const KernelCase& test : cases(format)) run_to_the_bit(test, format, on_path);
    }
  });
}

TEST(equals_its_formula_on_the_cpu) { run_all_to_the_bit(cpu_device()); }

CUDA_TEST(equals_its_formula_on_cuda) { run_all_to_the_bit(cuda_device()); }

TEST(refuses_what_it_cannot_do) {
  float x[4] = {}, scale = 0;
  uint8_t out[4] = {};
  Quantize op;
  op.rows = 1;
  op.width = op.x_row_stride = op.out_row_stride = 4;
  op.x = x;
  op.out = out;
  op.row_scale = &scale;
  Quantize bad = op;
  bad.width = 16385;
  CHECK_REFUSED(quantize(bad, {}), "quantize: width 16385 is not in [1, 16384]");
  bad = op;
  bad.format = static_cast<EightBits>(2);
  CHECK_REFUSED(quantize(bad, {}), "quantize: format 2 is unknown");
  bad = op;
  bad.row_scale = nullptr;
  CHECK_REFUSED(quantize(bad, {}), "quantize: row_scale is null");
  bad = op;
  bad.out_row_stride = 3;
  CHECK_REFUSED(quantize(bad, {}), "quantize: out row stride 3 is less than the width 4");
  if (!kCudaBuild)
    CHECK_REFUSED(quantize(op, Stream{nullptr, true}), "quantize: this build has no CUDA kernels");
}

}  // namespace
}  // namespace reflectionflow::kernels
