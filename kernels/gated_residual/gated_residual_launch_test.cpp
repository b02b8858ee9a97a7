// The gated residual's launches: every element once, wide accesses only where memory is aligned.
#include "common/launch_checks.h"
#include "gated_residual/gated_residual_cuda.h"

namespace reflectionflow::kernels {
namespace {

alignas(16) char memory[32];

GatedResidual shape(DType dtype, int64_t batch, int64_t tokens, int64_t width) {
  GatedResidual op;
  op.dtype = dtype;
  op.batch = batch;
  op.tokens = tokens;
  op.width = width;
  op.x = {memory, tokens * width, width};
  op.y = {memory, tokens * width, width};
  op.gate = {memory, width};
  return op;
}

TEST(every_element_is_reached_once) {
  for (const DType dtype : {DType::kFloat32, DType::kBFloat16}) {
    for (const int64_t width : {1, 8, 33, 504, 2048, 3072, 4104, 12288})
      check_flat(gated_residual_launch(shape(dtype, 2, 3, width)), 2 * 3, width);
  }
}

TEST(accesses_are_wide_where_memory_is_aligned) {
  const GatedResidual op = shape(DType::kBFloat16, 2, 3, 3072);
  CHECK(gated_residual_launch(op).vector == 8);
  GatedResidual bad = op;
  bad.x.row_stride += 4;
  CHECK(gated_residual_launch(bad).vector == 1);
  bad = op;
  bad.y.batch_stride += 1;
  CHECK(gated_residual_launch(bad).vector == 1);
  bad = op;
  bad.gate.data = memory + 2;
  CHECK(gated_residual_launch(bad).vector == 1);
  bad.gate = {};
  CHECK(gated_residual_launch(bad).vector == 8);
}

TEST(a_row_of_the_model_leaves_no_thread_idle) {
  const FlatLaunch plan = gated_residual_launch(shape(DType::kBFloat16, 1, 4608, 3072));
  CHECK_THAT(plan.grid_x == 4608 && plan.threads * plan.vector * plan.vectors_per_thread == 3072,
             plan);
}

}  // namespace
}  // namespace reflectionflow::kernels
