// Launches for rows that one block each holds in registers, between a pass that sums and a pass
// that writes.
#pragma once

#include "common/launch.h"

namespace reflectionflow::kernels {

// A row of 3072 bfloat16 is 96 threads with 32 values each: few enough registers for a dozen rows
// on a multiprocessor, whose loads cover each other's sums.
constexpr int kRowVectors = 4;    // of a thread
constexpr int kRowThreads = 512;  // at most, which leaves a thread 128 registers

struct RowLaunch : LaunchPlan {
  bool in_registers = true;  // or read three times, by single elements
};

inline RowLaunch row_launch(int64_t rows, int64_t width, int64_t vector) {
  RowLaunch plan;
  plan.grid_x = rows;
  plan.vector = vector;
  plan.vectors_per_thread = kRowVectors;
  plan.threads = round_up(ceil_div(ceil_div(width, vector), kRowVectors), kWarp);
  if (plan.threads > kRowThreads) {
    plan.in_registers = false;
    plan.threads = kRowThreads;
    plan.vector = 1;
    plan.vectors_per_thread = ceil_div(width, kRowThreads);
  }
  return plan;
}

// For operations from rows x to rows out.
template <typename Op>
RowLaunch row_launch(const Op& op) {
  return row_launch(
      op.rows, op.width,
      vector_of(op.dtype, {op.x, op.out}, {op.width, op.x_row_stride, op.out_row_stride}));
}

// The first element of a thread's vector i in its row.
HOST_DEVICE int64_t row_element(uint32_t thread, uint32_t threads, int i, int vector) {
  return int64_t{i * threads + thread} * vector;
}

}  // namespace reflectionflow::kernels
