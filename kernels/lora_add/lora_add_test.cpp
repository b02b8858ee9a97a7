// The low-rank product that is added against its formula: ranks and widths that fill no tile, rows
// amid others, NaN.
#include "lora_add/lora_add.h"

#include "common/kernel_suite.h"
#include "lora_add/lora_add_ref.h"

namespace reflectionflow::kernels {
namespace {

using Launch = void (*)(const LoraAdd&, Stream);

KernelCase make_case(Launch launch, const char* name, int64_t rows, int64_t rank, int64_t width,
                     LayoutOf layout, float scale = 0.75f) {
  LoraAdd op;
  op.rows = rows;
  op.rank = rank;
  op.width = width;
  op.scale = scale;
  const Layout down = layout(1, rows, rank);
  const Layout out = layout(1, rows, width);
  KernelCase test;
  test.name = name;
  test.inputs = {{down, random_values(1, down.count())},
                 {dense(1, width, rank), random_values(2, width * rank)},
                 {out, random_values(3, out.count(), 2)}};
  test.outputs = {{out, 2}};
  test.reference = [op](const std::vector<Values>& in) {
    return std::vector<Values>{lora_add_ref(op, in[0], in[1], in[2])};
  };
  test.launch = [=](DType dtype, const std::vector<void*>& in, const std::vector<void*>& written,
                    Stream stream) {
    LoraAdd call = op;
    call.dtype = dtype;
    call.down = in[0];
    call.down_row_stride = down.row_stride;
    call.up = in[1];
    call.out = written[0];
    call.out_row_stride = out.row_stride;
    launch(call, stream);
  };
  return test;
}

std::vector<KernelCase> cases(Launch launch) {
  return {make_case(launch, "one element", 1, 1, 1, dense),
          make_case(launch, "odd sizes", 7, 3, 33, strided),
          make_case(launch, "half a warp's rows", 16, 16, 32, dense),
          make_case(launch, "one tile", 64, 32, 64, dense),
          make_case(launch, "a rank of two tiles", 33, 130, 70, strided, -2),
          make_case(launch, "ranks that fill half a chunk", 37, 16, 72, dense),
          make_case(launch, "the corrector's rank", 130, 32, 264, padded),
          make_case(launch, "a rank of three chunks", 21, 72, 40, dense),
          make_case(launch, "a rank of five chunks", 37, 136, 40, dense),
          make_case(launch, "rows amid others", 5, 8, 40, padded, 1),
          make_case(launch, "worth threads", 261, 4, 130, dense)};
}

TEST(equals_its_formula_on_the_cpu) { run_suite(cases(lora_add), cpu_device()); }

CUDA_TEST(equals_its_formula_on_cuda) { run_suite(cases(lora_add), cuda_device()); }

TEST(nan_stays_in_its_row) {
  std::vector<KernelCase> one = {make_case(lora_add, "NaN in a row", 5, 16, 40, strided)};
  one[0].inputs[0].values[20] = std::nanf("");
  run_suite(one, cpu_device());
}

TEST(refuses_what_it_cannot_do) {
  float x[4] = {};
  LoraAdd op;
  op.rows = op.rank = 1;
  op.width = op.out_row_stride = 4;
  op.down = op.up = op.out = x;
  LoraAdd bad = op;
  bad.rank = 0;
  CHECK_REFUSED(lora_add(bad, {}), "lora_add: rank 0 is not positive");
  bad = op;
  bad.up = nullptr;
  CHECK_REFUSED(lora_add(bad, {}), "lora_add: up is null");
  bad = op;
  bad.out_row_stride = 3;
  CHECK_REFUSED(lora_add(bad, {}), "lora_add: out row stride 3 is less than the width 4");
  if (!kCudaBuild)
    CHECK_REFUSED(lora_add(op, Stream{nullptr, true}), "lora_add: this build has no CUDA kernels");
}

}  // namespace
}  // namespace reflectionflow::kernels
