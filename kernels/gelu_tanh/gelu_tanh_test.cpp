// GELU against its formula: rows of different strides, in place, and far out on both sides.
#include "gelu_tanh/gelu_tanh.h"

#include "common/kernel_suite.h"
#include "gelu_tanh/gelu_tanh_ref.h"

namespace reflectionflow::kernels {
namespace {

using Launch = void (*)(const GeluTanh&, Stream);

KernelCase make_case(Launch launch, const char* name, int64_t rows, int64_t width, bool in_place,
                     Values values, LayoutOf layout = strided) {
  const Layout from = layout(1, rows, width);
  Layout to = from;
  if (!in_place) to.row_stride += width;
  KernelCase test;
  test.name = name;
  test.inputs = {{from, std::move(values)}};
  test.outputs = {{to, in_place ? 0 : -1}};
  test.reference = [](const std::vector<Values>& in) {
    return std::vector<Values>{gelu_tanh_ref(in[0])};
  };
  test.launch = [=](DType dtype, const std::vector<void*>& in, const std::vector<void*>& out,
                    Stream stream) {
    GeluTanh op;
    op.dtype = dtype;
    op.rows = rows;
    op.width = width;
    op.x = in[0];
    op.x_row_stride = from.row_stride;
    op.out = out[0];
    op.out_row_stride = to.row_stride;
    launch(op, stream);
  };
  return test;
}

// From one end of the curve to the other, in steps that meet no grid.
Values sweep(int64_t count, float from, float to) {
  Values values(count);
  for (int64_t i = 0; i < count; ++i)
    values[i] = from + (to - from) * static_cast<float>(i) / (count - 1);
  return values;
}

// The single-stream block's buffer: attention has written the first of each row's 5 E columns, GELU
// writes the rest, and the next product reads them as one operand.
KernelCase beside_attention(Launch launch, int64_t tokens, int64_t model_width) {
  const int64_t width = 4 * model_width, joined_width = width + model_width;
  const Layout up = dense(1, tokens, width), joined = dense(1, tokens, joined_width);
  KernelCase test;
  test.name = "beside attention's output";
  test.inputs = {{up, random_values(8, up.count(), 2)}, {joined, random_values(9, joined.count())}};
  test.outputs = {{joined, 1}};
  test.reference = [=](const std::vector<Values>& in) {
    const Values activation = gelu_tanh_ref(in[0]);
    Values rows = in[1];
    for (int64_t s = 0; s < tokens; ++s)
      std::copy_n(activation.begin() + s * width, width,
                  rows.begin() + s * joined_width + model_width);
    return std::vector<Values>{rows};
  };
  test.launch = [=](DType dtype, const std::vector<void*>& in, const std::vector<void*>& out,
                    Stream stream) {
    GeluTanh op;
    op.dtype = dtype;
    op.rows = tokens;
    op.width = op.x_row_stride = width;
    op.x = in[0];
    op.out = static_cast<char*>(out[0]) + model_width * size_of(dtype);
    op.out_row_stride = joined_width;
    launch(op, stream);
  };
  return test;
}

std::vector<KernelCase> cases(Launch launch) {
  const float infinity = std::numeric_limits<float>::infinity();
  return {make_case(launch, "one element", 1, 1, false, {0.7f}),
          make_case(launch, "odd width", 7, 33, false, random_values(1, 7 * 33, 2)),
          make_case(launch, "in place", 3, 130, true, random_values(2, 3 * 130, 2)),
          make_case(launch, "one long row", 1, 5000, false, sweep(5000, -12, 12)),
          make_case(launch, "worth threads", 4, 9001, false, random_values(3, 4 * 9001, 2)),
          make_case(launch, "vectors", 3, 4136, false, random_values(4, 3 * 4136, 2), padded),
          make_case(launch, "vectors in place", 2, 40, true, sweep(80, -9, 9), padded),
          beside_attention(launch, 3, 384),
          beside_attention(launch, 2, 21),
          make_case(launch, "negative tail", 1, 501, true, sweep(501, -6, -2)),
          make_case(launch, "non-finite", 1, 5, false,
                    {std::nanf(""), infinity, -infinity, 0.0f, 60000.0f})};
}

TEST(equals_its_formula_on_the_cpu) { run_suite(cases(gelu_tanh), cpu_device()); }

CUDA_TEST(equals_its_formula_on_cuda) { run_suite(cases(gelu_tanh), cuda_device()); }

TEST(refuses_what_it_cannot_do) {
  float x[4] = {};
  GeluTanh op;
  op.rows = 1;
  op.width = 4;
  op.x = op.out = x;
  op.x_row_stride = op.out_row_stride = 4;
  GeluTanh bad = op;
  bad.rows = 0;
  CHECK_REFUSED(gelu_tanh(bad, {}), "gelu_tanh: rows 0 is not positive");
  bad = op;
  bad.out_row_stride = 1;
  CHECK_REFUSED(gelu_tanh(bad, {}), "gelu_tanh: out row stride 1 is less than the width 4");
  if (!kCudaBuild)
    CHECK_REFUSED(gelu_tanh(op, Stream{nullptr, true}),
                  "gelu_tanh: this build has no CUDA kernels");
}

}  // namespace
}  // namespace reflectionflow::kernels
