// The gated residual against its formula, with gates of each sample, shared and none.
#include "gated_residual/gated_residual.h"

#include "common/kernel_suite.h"
#include "gated_residual/gated_residual_ref.h"

namespace reflectionflow::kernels {
namespace {

using Launch = void (*)(const GatedResidual&, Stream);
enum class Gate { kOfEachSample, kShared, kNone };

KernelCase make_case(Launch launch, const char* name, int64_t batch, int64_t tokens, int64_t width,
                     LayoutOf layout, Gate gate) {
  GatedResidual op;
  op.batch = batch;
  op.tokens = tokens;
  op.width = width;
  const Layout x = layout(batch, tokens, width);
  const Layout y = dense(batch, tokens, width);
  const Layout gates = gate == Gate::kShared ? dense(1, 1, width) : layout(batch, 1, width);
  KernelCase test;
  test.name = name;
  test.inputs = {{x, random_values(1, x.count())},
                 {y, random_values(2, y.count())},
                 {gates, random_values(3, gates.count())}};
  test.outputs = {{x, 0}};
  test.reference = [=](const std::vector<Values>& in) {
    return std::vector<Values>{
        gated_residual_ref(op, in[0], in[1], gate == Gate::kNone ? Values() : in[2])};
  };
  test.launch = [=](DType dtype, const std::vector<void*>& in, const std::vector<void*>& out,
                    Stream stream) {
    GatedResidual call = op;
    call.dtype = dtype;
    call.x = {out[0], x.batch_stride, x.row_stride};
    call.y = {in[1], y.batch_stride, y.row_stride};
    if (gate != Gate::kNone) call.gate = {in[2], gate == Gate::kShared ? 0 : gates.batch_stride};
    launch(call, stream);
  };
  return test;
}

std::vector<KernelCase> cases(Launch launch) {
  return {make_case(launch, "one element", 1, 1, 1, dense, Gate::kOfEachSample),
          make_case(launch, "odd width", 3, 7, 33, strided, Gate::kOfEachSample),
          make_case(launch, "shared gate", 3, 2, 130, strided, Gate::kShared),
          make_case(launch, "no gate", 3, 5, 17, strided, Gate::kNone),
          make_case(launch, "FLUX width", 2, 3, 3072, dense, Gate::kOfEachSample),
          make_case(launch, "gaps of whole vectors", 2, 3, 4104, padded, Gate::kShared),
          make_case(launch, "vectors and no gate", 1, 2, 40, padded, Gate::kNone),
          make_case(launch, "worth threads", 2, 130, 129, strided, Gate::kOfEachSample)};
}

TEST(equals_its_formula_on_the_cpu) { run_suite(cases(gated_residual), cpu_device()); }

CUDA_TEST(equals_its_formula_on_cuda) { run_suite(cases(gated_residual), cuda_device()); }

TEST(keeps_nan_and_infinity_where_they_are) {
  std::vector<KernelCase> one = {
      make_case(gated_residual, "non-finite", 1, 3, 9, strided, Gate::kOfEachSample)};
  one[0].inputs[0].values[4] = std::nanf("");
  one[0].inputs[1].values[20] = std::numeric_limits<float>::infinity();
  run_suite(one, cpu_device());
}

TEST(refuses_what_it_cannot_do) {
  float x[4] = {};
  GatedResidual op;
  op.batch = op.tokens = 1;
  op.width = 4;
  op.x = {x, 4, 4};
  op.y = {x, 4, 4};
  GatedResidual bad = op;
  bad.tokens = -1;
  CHECK_REFUSED(gated_residual(bad, {}), "gated_residual: tokens -1 is not positive");
  bad = op;
  bad.dtype = static_cast<DType>(7);
  CHECK_REFUSED(gated_residual(bad, {}), "gated_residual: dtype 7 is unknown");
  bad = op;
  bad.x.row_stride = 0;
  CHECK_REFUSED(gated_residual(bad, {}), "gated_residual: x row stride 0 is less than the width 4");
  if (!kCudaBuild)
    CHECK_REFUSED(gated_residual(op, Stream{nullptr, true}),
                  "gated_residual: this build has no CUDA kernels");
}

}  // namespace
}  // namespace reflectionflow::kernels
