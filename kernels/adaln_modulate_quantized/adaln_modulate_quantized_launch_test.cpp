// adaLN modulation and quantisation's launches: accesses no wider than memory is aligned, a row for
// each block.
#include "adaln_modulate_quantized/adaln_modulate_quantized_cuda.h"
#include "common/launch_checks.h"

namespace reflectionflow::kernels {
namespace {

alignas(16) uint8_t memory[32];

AdalnModulateQuantized shape(DType dtype, int64_t batch, int64_t tokens, int64_t width) {
  AdalnModulateQuantized op;
  op.dtype = dtype;
  op.batch = batch;
  op.tokens = tokens;
  op.width = width;
  op.x = {memory, tokens * width, width};
  op.shift = op.scale = {memory, width};
  op.out = {memory, tokens * width, width};
  return op;
}

TEST(accesses_are_wide_where_memory_is_aligned) {
  const AdalnModulateQuantized op = shape(DType::kBFloat16, 2, 5, 3072);
  CHECK(adaln_modulate_quantized_launch(op).vector == 8);
  AdalnModulateQuantized bad = op;
  bad.out.batch_stride += 4;
  CHECK(adaln_modulate_quantized_launch(bad).vector == 1);
  bad = op;
  bad.shift.data = memory + 2;
  CHECK(adaln_modulate_quantized_launch(bad).vector == 1);
  bad = op;
  bad.scale.batch_stride = 1;
  CHECK(adaln_modulate_quantized_launch(bad).vector == 1);
  bad = op;
  bad.shift.batch_stride = bad.scale.batch_stride = 0;  // shared by all samples
  CHECK(adaln_modulate_quantized_launch(bad).vector == 8);
}

TEST(a_row_of_the_model_is_a_block) {
  const RowLaunch plan = adaln_modulate_quantized_launch(shape(DType::kBFloat16, 2, 4608, 3072));
  check_launchable(plan);
  CHECK_THAT(plan.in_registers && plan.grid_x == 9216 && plan.threads == 96, plan);
}

}  // namespace
}  // namespace reflectionflow::kernels
