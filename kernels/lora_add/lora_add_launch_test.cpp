// The low-rank product's launches, and an emulation of its fragments: what lanes load, what the
// matrix units make of it by the definition of mma.m16n8k16, and what lanes store.
#include "common/kernel_suite.h"
#include "common/launch_checks.h"
#include "lora_add/lora_add_cuda.h"
#include "lora_add/lora_add_ref.h"

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

// One product of the matrix units: fragments as the PTX manual draws them for 16-bit elements.
struct Fragments {
  float a[32][8], b[32][4], sums[32][4];
};

void multiply_add(Fragments& warp) {
  float a[16][16] = {}, b[16][8] = {};
  for (int lane = 0; lane < 32; ++lane) {
    const int group = lane / 4, pair = lane % 4 * 2;
    for (int i = 0; i < 8; ++i)
      a[group + (i / 2 % 2) * 8][pair + i % 2 + i / 4 * 8] = warp.a[lane][i];
    for (int i = 0; i < 4; ++i) b[pair + i % 2 + i / 2 * 8][group] = warp.b[lane][i];
  }
  for (int lane = 0; lane < 32; ++lane) {
    for (int i = 0; i < 4; ++i) {
      const int row = lane / 4 + i / 2 * 8, column = lane % 4 * 2 + i % 2;
      for (int k = 0; k < 16; ++k) warp.sums[lane][i] += a[row][k] * b[k][column];
    }
  }
}

// One warp of the kernel on dense operands, element by element where it moves 16 bytes.
void emulate_warp(const LoraAdd& op, const Values& down, const Values& up, int64_t top,
                  int64_t left, Values* out, Coverage* coverage) {
  const auto eight = [&](const Values& from, int64_t row, int64_t rows, int64_t r, int i) {
    return row < rows && r < op.rank ? from[row * op.rank + r + i] : 0.0f;
  };
  for (int tile = 0; tile < kLoraTiles; ++tile) {
    for (int n = 0; n < 4; ++n) {
      Fragments warp{};
      for (int64_t chunk = 0; chunk < op.rank; chunk += kLoraChunk) {
        for (int half = 0; half < 2; ++half) {  // a lane's 16 bytes serve two products
          for (int lane = 0; lane < 32; ++lane) {
            const LoraLane place = lora_lane(lane);
            const int64_t row = top + tile * 16 + place.upper, r = chunk + place.first;
            const int64_t c = left + lora_column(lane, n);
            for (int i = 0; i < 8; ++i)  // registers a0 .. a3: upper, lower, upper, lower
              warp.a[lane][i] =
                  eight(down, row + i / 2 % 2 * 8, op.rows, r, 4 * half + i / 4 * 2 + i % 2);
            for (int i = 0; i < 4; ++i) warp.b[lane][i] = eight(up, c, op.width, r, 4 * half + i);
          }
          multiply_add(warp);
        }
      }
      for (int lane = 0; lane < 32; ++lane) {
        for (int i = 0; i < 4; ++i) {
          const int64_t row = top + tile * 16 + lora_lane(lane).upper + i / 2 * 8;
          const int64_t column = left + lora_lane(lane).first + 2 * n + i % 2;
          if (row >= op.rows || left + lora_lane(lane).first >= op.width) continue;
          (*out)[row * op.width + column] += op.scale * warp.sums[lane][i];
          coverage->visit(row * op.width + column);
        }
      }
    }
  }
}

void check_emulation(int64_t rows, int64_t rank, int64_t width) {
  const LoraAdd op = shape(DType::kBFloat16, rows, rank, width);
  const LaunchPlan plan = lora_add_launch(op);
  CHECK_THAT(plan.vector == 8, plan);
  check_launchable(plan);
  const Values down = random_values(1, rows * rank), up = random_values(2, width * rank);
  const Values before = random_values(3, rows * width);
  Values out = before;
  Coverage coverage(rows * width);
  for (int64_t block = 0; block < plan.blocks(); ++block) {
    for (int64_t warp = 0; warp < plan.threads / kWarp; ++warp)
      emulate_warp(op, down, up, lora_row(block % plan.grid_x, warp),
                   block / plan.grid_x * kLoraColumns, &out, &coverage);
  }
  CHECK_THAT(coverage.once(), plan);
  const Difference gap = difference(out, lora_add_ref(op, down, up, before));
  CHECK_THAT(gap.largest < 1e-4, plan << ": " << gap.largest);
}

TEST(the_matrix_units_are_given_what_the_formula_says) {
  check_emulation(1, 8, 8);
  check_emulation(16, 16, 32);
  check_emulation(130, 32, 264);
  check_emulation(37, 136, 40);
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
