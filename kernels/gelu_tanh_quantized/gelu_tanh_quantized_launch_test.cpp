// GELU and quantisation's launches: accesses no wider than memory is aligned, rows in registers.
#include "common/launch_checks.h"
#include "gelu_tanh_quantized/gelu_tanh_quantized_cuda.h"

namespace reflectionflow::kernels {
namespace {

alignas(16) uint8_t memory[32];

GeluTanhQuantized shape(DType dtype, int64_t rows, int64_t width) {
  return dense_rows<GeluTanhQuantized>(memory, dtype, rows, width);
}

TEST(accesses_are_wide_where_memory_is_aligned) {
  const GeluTanhQuantized op = shape(DType::kBFloat16, 4, 12288);
  CHECK(gelu_tanh_quantized_launch(op).vector == 8);
  GeluTanhQuantized bad = op;
  bad.out_row_stride = 12292;
  CHECK(gelu_tanh_quantized_launch(bad).vector == 1);
  bad = op;
  bad.x_row_stride = 12289;
  CHECK(gelu_tanh_quantized_launch(bad).vector == 1);
  bad = op;
  bad.out = memory + 4;
  CHECK(gelu_tanh_quantized_launch(bad).vector == 1);
}

TEST(a_row_of_the_feed_forward_part_stays_in_registers) {
  const RowLaunch plan = gelu_tanh_quantized_launch(shape(DType::kBFloat16, 4096, 12288));
  check_launchable(plan);
  CHECK_THAT(plan.in_registers && plan.grid_x == 4096 && plan.threads == 384, plan);
}

}  // namespace
}  // namespace reflectionflow::kernels
