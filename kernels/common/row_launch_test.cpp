// Launches with a row for each block: every element of a row once, within a block's registers or
// beyond them.
#include "common/row_launch.h"

#include "common/launch_checks.h"

namespace reflectionflow::kernels {
namespace {

void check_row(const RowLaunch& plan, int64_t width) {
  check_launchable(plan);
  CHECK_THAT(plan.threads <= kRowThreads, plan);
  Coverage coverage(width);
  for (int64_t thread = 0; thread < plan.threads; ++thread) {
    for (int64_t i = 0; i < plan.vectors_per_thread; ++i) {
      const int64_t at = row_element(thread, plan.threads, i, plan.vector);
      if (at >= width) break;
      CHECK_THAT(at + plan.vector <= width, "a vector leaves its row: " << plan);
      coverage.visit(at, plan.vector);
    }
  }
  CHECK_THAT(coverage.once(), width << ": " << plan);
}

TEST(every_element_of_a_row_is_reached_once) {
  for (const int64_t vector : {1, 4, 8}) {
    for (const int64_t vectors : {1, 2, 31, 32, 33, 96, 127, 128, 129, 384, 2047, 2048, 2049})
      check_row(row_launch(5, vectors * vector, vector), vectors * vector);
  }
}

TEST(a_row_of_the_model_fills_three_warps) {
  const RowLaunch plan = row_launch(4608, 3072, 8);
  CHECK_THAT(plan.grid_x == 4608 && plan.threads == 96 && plan.in_registers, plan);
}

TEST(registers_hold_rows_up_to_a_limit) {
  const RowLaunch most = row_launch(1, 16384, 8), more = row_launch(1, 16392, 8);
  CHECK_THAT(most.in_registers && most.threads == 512 && most.vector == 8, most);
  CHECK_THAT(!more.in_registers && more.vector == 1 && more.vectors_per_thread == 33, more);
}

}  // namespace
}  // namespace reflectionflow::kernels
