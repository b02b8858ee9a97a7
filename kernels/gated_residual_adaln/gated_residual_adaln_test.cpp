// The fused residual and modulation against their formula; models/flux_step_test holds them against
// the two kernels.
#include "gated_residual_adaln/gated_residual_adaln.h"

#include "common/kernel_suite.h"
#include "gated_residual_adaln/gated_residual_adaln_ref.h"

namespace reflectionflow::kernels {
namespace {

using Launch = void (*)(const GatedResidualAdaln&, Stream);

KernelCase make_case(Launch launch, const char* name, int64_t batch, int64_t tokens, int64_t width,
                     LayoutOf layout, bool shared, float centre) {
  GatedResidualAdaln op;
  op.batch = batch;
  op.tokens = tokens;
  op.width = width;
  const Layout x = layout(batch, tokens, width);
  const Layout y = dense(batch, tokens, width), to = layout(batch, tokens, width);
  const Layout vectors = shared ? dense(1, 1, width) : layout(batch, 1, width);
  KernelCase test;
  test.name = name;
  test.inputs = {{x, random_values(1, x.count(), 2, centre)},
                 {y, random_values(2, y.count())},
                 {vectors, random_values(3, vectors.count())},
                 {vectors, random_values(4, vectors.count())},
                 {vectors, random_values(5, vectors.count(), 0.5f)}};
  test.outputs = {{x, 0}, {to}};
  test.reference = [op](const std::vector<Values>& in) {
    return gated_residual_adaln_ref(op, in[0], in[1], in[2], in[3], in[4]);
  };
  test.launch = [=](DType dtype, const std::vector<void*>& in, const std::vector<void*>& out,
                    Stream stream) {
    GatedResidualAdaln call = op;
    call.dtype = dtype;
    call.x = {out[0], x.batch_stride, x.row_stride};
    call.y = {in[1], y.batch_stride, y.row_stride};
    call.gate = {in[2], shared ? 0 : vectors.batch_stride};
    call.shift = {in[3], call.gate.batch_stride};
    call.scale = {in[4], call.gate.batch_stride};
    call.out = {out[1], to.batch_stride, to.row_stride};
    launch(call, stream);
  };
  return test;
}

std::vector<KernelCase> cases(Launch launch) {
  return {make_case(launch, "one element", 1, 1, 1, dense, false, 0),
          make_case(launch, "odd width", 3, 7, 33, strided, false, 0),
          make_case(launch, "shared vectors", 3, 2, 130, strided, true, 0),
          make_case(launch, "far from zero", 1, 3, 257, dense, false, 8),
          make_case(launch, "FLUX width", 2, 3, 3072, dense, false, 0),
          make_case(launch, "a warp partly idle", 2, 3, 1032, padded, false, 0),
          make_case(launch, "longer than a block's registers", 1, 2, 2051, strided, true, 3),
          make_case(launch, "long rows of whole vectors", 1, 2, 20480, padded, false, 0),
          make_case(launch, "worth threads", 2, 130, 129, strided, false, 0)};
}

TEST(equals_its_formula_on_the_cpu) { run_suite(cases(gated_residual_adaln), cpu_device()); }

CUDA_TEST(equals_its_formula_on_cuda) { run_suite(cases(gated_residual_adaln), cuda_device()); }

TEST(a_row_with_nan_leaves_the_others_alone) {
  std::vector<KernelCase> one = {
      make_case(gated_residual_adaln, "NaN row", 2, 3, 19, strided, false, 0)};
  one[0].inputs[1].values[25] = std::nanf("");
  run_suite(one, cpu_device());
}

TEST(refuses_what_it_cannot_do) {
  float x[4] = {}, z[4] = {};
  GatedResidualAdaln op;
  op.batch = op.tokens = 1;
  op.width = 4;
  op.x = {x, 4, 4};
  op.y = {x, 4, 4};
  op.gate = op.shift = op.scale = {x, 4};
  op.out = {z, 4, 4};
  GatedResidualAdaln bad = op;
  bad.width = 0;
  CHECK_REFUSED(gated_residual_adaln(bad, {}), "gated_residual_adaln: width 0 is not positive");
  bad = op;
  bad.out = op.x;
  CHECK_REFUSED(gated_residual_adaln(bad, {}),
                "gated_residual_adaln: x keeps the sum, so out cannot be x");
  bad = op;
  bad.gate.data = nullptr;
  CHECK_REFUSED(gated_residual_adaln(bad, {}), "gated_residual_adaln: gate is null");
  if (!kCudaBuild)
    CHECK_REFUSED(gated_residual_adaln(op, Stream{nullptr, true}),
                  "gated_residual_adaln: this build has no CUDA kernels");
}

}  // namespace
}  // namespace reflectionflow::kernels
