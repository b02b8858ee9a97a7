// The low-rank product on CUDA: its launch, where each lane's fragments lie in memory, and its
// launcher for operations that are already checked.
#pragma once

#include "common/launch.h"
#include "lora_add/lora_add.h"

namespace reflectionflow::kernels {

// A warp's matrix units multiply 16 rows by 8 columns over 16 of the rank (mma.m16n8k16). Of its
// operands a lane holds a few pairs of neighbours, which would mean accesses of 4 bytes. But no sum
// minds in which order it is taken, nor a product which columns stand side by side, so we hand the
// lanes 16 bytes of memory each and tell the units a permuted tale: over 32 of the rank (two
// products) lane t of four holds numbers 8t .. 8t+7 of a row, and over 32 columns (four products)
// it gets the sums of columns 8t .. 8t+7. Neither operand nor result passes through shared memory.
constexpr int kLoraChunk = 32;    // of the rank, with one load from each row
constexpr int kLoraColumns = 32;  // of a warp and a block
constexpr int kLoraTiles = 2;     // of 16 rows, for a warp
constexpr int kLoraWarps = 4;     // below each other: they read the same part of `up` through L1
constexpr int kLoraRows = kLoraWarps * kLoraTiles * 16;

// Without matrix units: float32, and what is not aligned. A thread has one column of some rows.
constexpr int kLoraPlainThreads = 256;
constexpr int kLoraPlainRows = 8;

inline LaunchPlan lora_add_launch(const LoraAdd& op) {
  LaunchPlan plan;
  if (op.dtype != DType::kFloat32)
    plan.vector = vector_of(op.dtype, {op.down, op.up, op.out},
                            {op.rank, op.width, op.down_row_stride, op.out_row_stride});
  const bool matrix_units = plan.vector > 1;
  plan.threads = matrix_units ? kLoraWarps * kWarp : kLoraPlainThreads;
  plan.rows_per_block = matrix_units ? kLoraRows : kLoraPlainRows;
  plan.grid_x = ceil_div(op.rows, plan.rows_per_block);
  plan.grid_y = ceil_div(op.width, matrix_units ? kLoraColumns : kLoraPlainThreads);
  return plan;
}

// The first of a warp's rows within all rows.
HOST_DEVICE int64_t lora_row(uint32_t block, uint32_t warp) {
  return int64_t{block} * kLoraRows + warp * (kLoraTiles * 16);
}

// What a lane holds of the rows of a tile: rows `upper` and upper + 8 (both of the operand `down`
// and of the sums), and in a chunk of the rank the eight numbers from `first` on.
struct LoraLane {
  int upper, first;
};

HOST_DEVICE LoraLane lora_lane(int lane) { return {lane / 4, lane % 4 * 8}; }

// Which of a warp's columns the lane brings to product n of four; its eight sums are those of the
// columns from lora_lane(lane).first on, two from each product.
HOST_DEVICE int lora_column(int lane, int n) { return lane / 4 / 2 * 8 + 2 * n + lane / 4 % 2; }

// Throws std::runtime_error where CUDA refuses the launch.
void lora_add_cuda(const LoraAdd& op, Stream stream);

}  // namespace reflectionflow::kernels
