// When the fused residual and modulation may use wide accesses, and that it then shares its rows
// out as adaln_modulate does.
#include "common/launch_checks.h"
#include "gated_residual_adaln/gated_residual_adaln_cuda.h"

namespace reflectionflow::kernels {
namespace {

alignas(16) char memory[32];

GatedResidualAdaln shape(DType dtype) {
  GatedResidualAdaln op;
  op.dtype = dtype;
  op.batch = 2;
  op.tokens = 3;
  op.width = 3072;
  op.x = op.out = {memory, 3 * 3072, 3072};
  op.y = {memory, 3 * 3072, 3072};
  op.gate = op.shift = op.scale = {memory, 6 * 3072};
  return op;
}

TEST(accesses_are_wide_where_memory_is_aligned) {
  CHECK(gated_residual_adaln_launch(shape(DType::kFloat16)).vector == 8);
  CHECK(gated_residual_adaln_launch(shape(DType::kFloat32)).vector == 4);
  GatedResidualAdaln op = shape(DType::kBFloat16);
  op.y.row_stride = 3076;
  CHECK(gated_residual_adaln_launch(op).vector == 1);
  op = shape(DType::kBFloat16);
  op.gate.data = memory + 8;
  CHECK(gated_residual_adaln_launch(op).vector == 1);
}

// Fused, it gives the bits of its parts, because threads sum the same elements in the same order.
TEST(its_rows_are_shared_out_as_those_of_the_modulation_alone) {
  const RowLaunch plan = gated_residual_adaln_launch(shape(DType::kBFloat16));
  const RowLaunch alone = row_launch(6, 3072, 8);
  check_launchable(plan);
  CHECK_THAT(plan.threads == alone.threads && plan.vector == alone.vector &&
                 plan.in_registers == alone.in_registers && plan.grid_x == alone.grid_x,
             plan << " and " << alone);
}

}  // namespace
}  // namespace reflectionflow::kernels
