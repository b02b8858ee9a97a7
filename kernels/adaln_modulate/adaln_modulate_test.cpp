// adaLN modulation against its formula, in and out of place, with modulation vectors of each sample
// or shared.
#include "adaln_modulate/adaln_modulate.h"

#include "adaln_modulate/adaln_modulate_ref.h"
#include "common/kernel_suite.h"

namespace reflectionflow::kernels {
namespace {

using Launch = void (*)(const AdalnModulate&, Stream);

KernelCase make_case(Launch launch, const char* name, int64_t batch, int64_t tokens, int64_t width,
                     LayoutOf layout, bool in_place, bool shared, float centre) {
  AdalnModulate op;
  op.batch = batch;
  op.tokens = tokens;
  op.width = width;
  const Layout rows = layout(batch, tokens, width);
  const Layout vectors = shared ? dense(1, 1, width) : layout(batch, 1, width);
  KernelCase test;
  test.name = name;
  test.inputs = {{rows, random_values(1, rows.count(), 2, centre)},
                 {vectors, random_values(2, vectors.count())},
                 {vectors, random_values(3, vectors.count(), 0.5f)}};
  test.outputs = {{layout(batch, tokens, width), in_place ? 0 : -1}};
  test.reference = [op](const std::vector<Values>& in) {
    return std::vector<Values>{adaln_modulate_ref(op, in[0], in[1], in[2])};
  };
  const Layout written = test.outputs[0].layout;
  test.launch = [=](DType dtype, const std::vector<void*>& in, const std::vector<void*>& out,
                    Stream stream) {
    AdalnModulate call = op;
    call.dtype = dtype;
    call.x = {in[0], rows.batch_stride, rows.row_stride};
    call.shift = {in[1], shared ? 0 : vectors.batch_stride};
    call.scale = {in[2], shared ? 0 : vectors.batch_stride};
    call.out = {out[0], written.batch_stride, written.row_stride};
    launch(call, stream);
  };
  return test;
}

std::vector<KernelCase> cases(Launch launch) {
  return {make_case(launch, "one element", 1, 1, 1, dense, false, false, 0),
          make_case(launch, "odd width", 3, 7, 33, strided, false, false, 0),
          make_case(launch, "in place", 1, 5, 130, strided, true, false, 0),
          make_case(launch, "shared vectors", 3, 2, 64, dense, false, true, 0),
          make_case(launch, "far from zero", 1, 3, 257, dense, false, false, 8),
          make_case(launch, "FLUX width", 2, 3, 3072, dense, true, false, 0),
          make_case(launch, "a warp partly idle", 2, 3, 1032, padded, false, false, 0),
          make_case(launch, "longer than a block's registers", 1, 2, 2051, strided, false, true, 3),
          make_case(launch, "long and in place", 1, 2, 20480, padded, true, false, 0),
          make_case(launch, "worth threads", 2, 130, 129, strided, false, false, 0)};
}

TEST(equals_its_formula_on_the_cpu) { run_suite(cases(adaln_modulate), cpu_device()); }

CUDA_TEST(equals_its_formula_on_cuda) { run_suite(cases(adaln_modulate), cuda_device()); }

TEST(a_row_with_nan_leaves_the_others_alone) {
  std::vector<KernelCase> one = {
      make_case(adaln_modulate, "NaN row", 2, 3, 19, strided, false, false, 0)};
  one[0].inputs[0].values[25] = std::nanf("");
  run_suite(one, cpu_device());
}

TEST(refuses_what_it_cannot_do) {
  float x[4] = {};
  AdalnModulate op;
  op.batch = op.tokens = 1;
  op.width = 4;
  op.x = {x, 4, 4};
  op.shift = op.scale = {x, 4};
  op.out = {x, 4, 4};
  AdalnModulate bad = op;
  bad.width = 0;
  CHECK_REFUSED(adaln_modulate(bad, {}), "adaln_modulate: width 0 is not positive");
  bad = op;
  bad.out.row_stride = 3;
  CHECK_REFUSED(adaln_modulate(bad, {}),
                "adaln_modulate: out row stride 3 is less than the width 4");
  bad = op;
  bad.shift.data = nullptr;
  CHECK_REFUSED(adaln_modulate(bad, {}), "adaln_modulate: shift is null");
  if (!kCudaBuild)
    CHECK_REFUSED(adaln_modulate(op, Stream{nullptr, true}),
                  "adaln_modulate: this build has no CUDA kernels");
}

}  // namespace
}  // namespace reflectionflow::kernels
