// The launches of pixel conversion: every value once, 16 at a time only where memory is aligned.
#include "common/launch_checks.h"
#include "rgb8/rgb8_cuda.h"

namespace reflectionflow::kernels {
namespace {

alignas(16) char memory[32];

Rgb8 shape(int64_t values) {
  Rgb8 op;
  op.values = values;
  op.in = op.out = memory;
  return op;
}

TEST(every_value_is_reached_once) {
  for (const int64_t values : {1, 15, 16, 17, 8192, 8208, 33001, 3 * 128 * 128})
    check_flat(rgb8_launch(shape(values)), 1, values);
}

TEST(accesses_are_wide_where_memory_is_aligned) {
  Rgb8 op = shape(3 * 1024 * 1024);
  CHECK(rgb8_launch(op).vector == 16);
  op.out = memory + 8;
  CHECK(rgb8_launch(op).vector == 1);
  CHECK(rgb8_launch(shape(3 * 8 + 1)).vector == 1);
}

}  // namespace
}  // namespace reflectionflow::kernels
