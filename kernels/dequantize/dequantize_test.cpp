// Dequantisation against its formula.
#include "dequantize/dequantize.h"

#include "common/kernel_suite.h"
#include "dequantize/dequantize_ref.h"

namespace reflectionflow::kernels {
namespace {

using Launch = void (*)(const Dequantize&, Stream);

// As large as those of FLUX's longest rows: 15360 products of up to 127 * 127.
Values random_sums(uint64_t seed, int64_t count) {
  Values sums = random_values(seed, count, 4e6f);
  for (float& sum : sums) sum = std::nearbyint(sum);
  return sums;
}

Values random_scales(uint64_t seed, int64_t count) {
  return random_values(seed, count, 1e-4f, 1e-3f);
}

KernelCase make_case(Launch launch, const char* name, int64_t rows, int64_t width,
                     LayoutOf layout) {
  const Layout sums = layout(1, rows, width), out = layout(1, rows, width);
  KernelCase test;
  test.name = name;
  test.inputs = {{sums, random_sums(1, sums.count()), Stored::kInt32},
                 {dense(1, 1, rows), random_scales(2, rows), Stored::kFloat32},
                 {dense(1, 1, width), random_scales(3, width), Stored::kFloat32},
                 {dense(1, 1, width), random_values(4, width)}};
  test.outputs = {{out}};
  test.reference = [](const std::vector<Values>& in) {
    return std::vector<Values>{dequantize_ref(in[0], in[1], in[2], in[3])};
  };
  test.launch = [=](DType dtype, const std::vector<void*>& in, const std::vector<void*>& to,
                    Stream stream) {
    Dequantize op;
    op.dtype = dtype;
    op.rows = rows;
    op.width = width;
    op.sums = static_cast<const int32_t*>(in[0]);
    op.sums_row_stride = sums.row_stride;
    op.row_scale = static_cast<const float*>(in[1]);
    op.column_scale = static_cast<const float*>(in[2]);
    op.bias = in[3];
    op.out = to[0];
    op.out_row_stride = out.row_stride;
    launch(op, stream);
  };
  return test;
}

std::vector<KernelCase> cases(Launch launch) {
  return {make_case(launch, "one element", 1, 1, dense),
          make_case(launch, "odd width", 7, 33, strided),
          make_case(launch, "vectors", 5, 264, padded),
          make_case(launch, "FLUX width", 3, 3072, dense),
          make_case(launch, "the feed-forward part", 2, 12288, dense),
          make_case(launch, "gaps of whole vectors", 3, 4100, padded),
          make_case(launch, "worth threads", 260, 129, strided)};
}

TEST(equals_its_formula_on_the_cpu) { run_suite(cases(dequantize), cpu_device()); }

CUDA_TEST(equals_its_formula_on_cuda) { run_suite(cases(dequantize), cuda_device()); }

// A row that could not be quantised has no numbers, whatever its sums.
TEST(a_scale_that_is_no_number_takes_its_row_and_no_other) {
  std::vector<KernelCase> one = {make_case(dequantize, "NaN in the scales", 3, 19, strided)};
  one[0].inputs[1].values[1] = std::nanf("");
  run_suite(one, cpu_device());
}

// Rounding before the bias is added would tell, as the last check shows.
TEST(rounds_to_bfloat16_once) {
  constexpr int64_t kWidth = 999;
  const Values values = random_sums(5, kWidth), scales = random_scales(6, kWidth),
               biases = random_values(7, kWidth);
  const float row_scale = 2e-4f;
  std::vector<int32_t> sums(values.begin(), values.end());
  std::vector<BFloat16> bias(kWidth), out(kWidth);
  for (int64_t c = 0; c < kWidth; ++c) store(&bias[c], biases[c]);
  Dequantize op;
  op.dtype = DType::kBFloat16;
  op.rows = 1;
  op.width = op.sums_row_stride = op.out_row_stride = kWidth;
  op.sums = sums.data();
  op.row_scale = &row_scale;
  op.column_scale = scales.data();
  op.bias = bias.data();
  op.out = out.data();
  dequantize(op, {});
  int differs_from_rounding_twice = 0;
  for (int64_t c = 0; c < kWidth; ++c) {
    const float product = values[c] * row_scale * scales[c];
    BFloat16 once, rounded_product, twice;
    store(&once, product + load(&bias[c]));
    CHECK_THAT(out[c].bits == once.bits, c);
    store(&rounded_product, product);
    store(&twice, load(&rounded_product) + load(&bias[c]));
    differs_from_rounding_twice += once.bits != twice.bits;
  }
  CHECK(differs_from_rounding_twice > 0);
}

TEST(refuses_what_it_cannot_do) {
  const int32_t sums[4] = {};
  float x[4] = {};
  Dequantize op;
  op.rows = 1;
  op.width = op.sums_row_stride = op.out_row_stride = 4;
  op.sums = sums;
  op.row_scale = op.column_scale = x;
  op.bias = op.out = x;
  Dequantize bad = op;
  bad.rows = 0;
  CHECK_REFUSED(dequantize(bad, {}), "dequantize: rows 0 is not positive");
  bad = op;
  bad.column_scale = nullptr;
  CHECK_REFUSED(dequantize(bad, {}), "dequantize: column_scale is null");
  bad = op;
  bad.out_row_stride = 3;
  CHECK_REFUSED(dequantize(bad, {}), "dequantize: out row stride 3 is less than the width 4");
  if (!kCudaBuild)
    CHECK_REFUSED(dequantize(op, Stream{nullptr, true}),
                  "dequantize: this build has no CUDA kernels");
}

}  // namespace
}  // namespace reflectionflow::kernels
