// The low-rank product's launches: cards take them, plain threads reach every element once, and
// matrix units are not given what is not aligned.
#include <array>

#include "common/launch_checks.h"
#include "lora_add/lora_add_cuda.h"

namespace reflectionflow::kernels {
namespace {

alignas(16) char memory[32];

LoraAdd shape(DType dtype, int64_t rows, int64_t rank, int64_t width) {
  LoraAdd op;
  op.dtype = dtype;
  op.rows = rows;
  op.rank = op.down_row_stride = rank;
  op.width = op.out_row_stride = width;
  op.down = op.up = op.out = memory;
  return op;
}

TEST(matrix_units_launch_on_every_card) {
  for (const auto& [rows, rank, width] :
       {std::array<int64_t, 3>{1, 8, 8}, {37, 136, 40}, {130, 32, 264}, {1024, 32, 12288}}) {
    const LaunchPlan plan = lora_add_launch(shape(DType::kBFloat16, rows, rank, width));
    CHECK_THAT(plan.vector == 8, plan);
    check_launchable(plan);
  }
}

TEST(plain_threads_reach_every_element_once) {
  for (const int64_t width : {1, 33, 256, 700}) {
    const LoraAdd op = shape(DType::kFloat32, 13, 5, width);
    const LaunchPlan plan = lora_add_launch(op);
    check_launchable(plan);
    Coverage coverage(op.rows * width);
    for (int64_t i = 0; i < plan.blocks() * plan.threads * kLoraPlainRows; ++i) {
      const int64_t block = i / kLoraPlainRows / plan.threads;
      const int64_t row = block % plan.grid_x * kLoraPlainRows + i % kLoraPlainRows;
      const int64_t column =
          block / plan.grid_x * kLoraPlainThreads + i / kLoraPlainRows % plan.threads;
      if (row < op.rows && column < width) coverage.visit(row * width + column);
    }
    CHECK_THAT(coverage.once(), plan);
  }
}

TEST(matrix_units_are_taken_where_memory_is_aligned) {
  LoraAdd op = shape(DType::kFloat16, 9, 16, 40);
  CHECK(lora_add_launch(op).vector == 8);
  op.rank = 12;  // of which every second row of `up` begins between vectors
  CHECK(lora_add_launch(op).vector == 1);
  op = shape(DType::kFloat16, 9, 16, 40);
  op.out = memory + 2;
  CHECK(lora_add_launch(op).vector == 1);
  op = shape(DType::kFloat16, 9, 16, 40);
  op.out_row_stride = 44;
  CHECK(lora_add_launch(op).vector == 1);
  CHECK(lora_add_launch(shape(DType::kFloat32, 9, 16, 40)).vector == 1);
}

}  // namespace
}  // namespace reflectionflow::kernels
