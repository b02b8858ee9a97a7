// Row-wise quantisation's launches: accesses no wider than memory is aligned, rows in registers.
#include "common/eight_bits.h"
#include "common/launch_checks.h"
#include "quantize/quantize_cuda.h"

namespace reflectionflow::kernels {
namespace {

alignas(16) uint8_t memory[32];

Quantize shape(DType dtype, int64_t rows, int64_t width) {
  return dense_rows<Quantize>(memory, dtype, rows, width);
}

TEST(accesses_are_wide_where_memory_is_aligned) {
  const Quantize op = shape(DType::kBFloat16, 4, 3072);
  CHECK(quantize_launch(op).vector == 8);
  CHECK(quantize_launch(shape(DType::kFloat32, 4, 3072)).vector == 4);
  Quantize bad = op;
  bad.out_row_stride = 3076;  // a row's eight patterns would begin between words
  CHECK(quantize_launch(bad).vector == 1);
  bad = op;
  bad.x = memory + 2;
  CHECK(quantize_launch(bad).vector == 1);
  bad = op;
  bad.out = memory + 4;
  CHECK(quantize_launch(bad).vector == 1);
}

TEST(the_widest_aligned_row_of_16_bits_stays_in_registers) {
  const RowLaunch plan = quantize_launch(shape(DType::kFloat16, 4608, kMaxQuantizedWidth));
  check_launchable(plan);
  CHECK_THAT(plan.in_registers && plan.grid_x == 4608 && plan.threads == 512, plan);
}

}  // namespace
}  // namespace reflectionflow::kernels
