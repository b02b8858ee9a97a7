// Dequantisation's launches: every element once, wide accesses only where memory is aligned.
#include "common/launch_checks.h"
#include "dequantize/dequantize_cuda.h"

namespace reflectionflow::kernels {
namespace {

alignas(16) char memory[32];

Dequantize shape(DType dtype, int64_t rows, int64_t width) {
  Dequantize op;
  op.dtype = dtype;
  op.rows = rows;
  op.width = op.sums_row_stride = op.out_row_stride = width;
  op.sums = reinterpret_cast<const int32_t*>(memory);
  op.column_scale = reinterpret_cast<const float*>(memory);
  op.bias = op.out = memory;
  return op;
}

TEST(every_element_is_reached_once) {
  for (const DType dtype : {DType::kFloat32, DType::kBFloat16}) {
    for (const int64_t width : {1, 8, 33, 504, 2048, 3072, 4100, 12288})
      check_flat(dequantize_launch(shape(dtype, 5, width)), 5, width);
  }
}

TEST(accesses_are_wide_where_memory_is_aligned) {
  const Dequantize op = shape(DType::kBFloat16, 3, 3072);
  CHECK(dequantize_launch(op).vector == 4);
  CHECK(dequantize_launch(shape(DType::kFloat32, 3, 3076)).vector == 4);
  CHECK(dequantize_launch(shape(DType::kFloat16, 3, 3074)).vector == 1);
  Dequantize bad = op;
  bad.sums_row_stride += 2;
  CHECK(dequantize_launch(bad).vector == 1);
  bad = op;
  bad.out_row_stride += 2;
  CHECK(dequantize_launch(bad).vector == 1);
  bad = op;
  bad.column_scale += 1;
  CHECK(dequantize_launch(bad).vector == 1);
  bad = op;
  bad.bias = memory + 2;
  CHECK(dequantize_launch(bad).vector == 1);
}

TEST(a_row_of_the_model_leaves_no_thread_idle) {
  const FlatLaunch plan = dequantize_launch(shape(DType::kBFloat16, 4608, 12288));
  CHECK_THAT(plan.grid_x == 4608 * 6 && plan.threads == 256, plan);
}

}  // namespace
}  // namespace reflectionflow::kernels
