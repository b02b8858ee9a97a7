// When adaLN modulation may use wide accesses; row_launch_test covers the rest of its launch.
#include "adaln_modulate/adaln_modulate_cuda.h"
#include "common/launch_checks.h"

namespace reflectionflow::kernels {
namespace {

alignas(16) char memory[32];

AdalnModulate shape(DType dtype) {
  AdalnModulate op;
  op.dtype = dtype;
  op.batch = 2;
  op.tokens = 3;
  op.width = 3072;
  op.x = {memory, 3 * 3072, 3072};
  op.out = {memory, 3 * 3072, 3072};
  op.shift = op.scale = {memory, 3072};
  return op;
}

TEST(accesses_are_wide_where_memory_is_aligned) {
  CHECK(adaln_modulate_launch(shape(DType::kFloat16)).vector == 8);
  CHECK(adaln_modulate_launch(shape(DType::kFloat32)).vector == 4);
  AdalnModulate op = shape(DType::kBFloat16);
  op.shift.batch_stride = op.scale.batch_stride = 6 * 3072;  // six vectors side by side
  CHECK(adaln_modulate_launch(op).vector == 8);
  op.scale.data = memory + 2;
  CHECK(adaln_modulate_launch(op).vector == 1);
  op = shape(DType::kBFloat16);
  op.out.row_stride = 3076;
  CHECK(adaln_modulate_launch(op).vector == 1);
  op = shape(DType::kBFloat16);
  op.x.batch_stride += 1;
  CHECK(adaln_modulate_launch(op).vector == 1);
}

TEST(a_block_for_every_row) {
  const RowLaunch plan = adaln_modulate_launch(shape(DType::kBFloat16));
  check_launchable(plan);
  CHECK_THAT(plan.grid_x == 6, plan);
}

}  // namespace
}  // namespace reflectionflow::kernels
