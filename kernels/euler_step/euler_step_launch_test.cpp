// The Euler step's launches: every element once, wide accesses only where memory is aligned.
#include "common/launch_checks.h"
#include "euler_step/euler_step_cuda.h"

namespace reflectionflow::kernels {
namespace {

alignas(16) char memory[32];

EulerStep shape(DType dtype, int64_t batch, int64_t elements) {
  EulerStep op;
  op.dtype = dtype;
  op.batch = batch;
  op.elements = elements;
  op.latents = memory;
  op.velocity = memory;
  return op;
}

TEST(every_element_is_reached_once) {
  for (const DType dtype : {DType::kFloat32, DType::kBFloat16}) {
    for (const int64_t batch : {1, 3}) {
      for (const int64_t elements : {1, 7, 8, 255, 4096, 4104, 12001, 65536})
        check_flat(euler_step_launch(shape(dtype, batch, elements)), batch, elements);
    }
  }
}

TEST(accesses_are_wide_where_memory_is_aligned) {
  EulerStep op = shape(DType::kBFloat16, 3, 4096);
  CHECK(euler_step_launch(op).vector == 8);
  op.dtype = DType::kFloat32;
  CHECK(euler_step_launch(op).vector == 4);
  op.velocity = memory + 8;
  CHECK(euler_step_launch(op).vector == 1);
  op.velocity = memory;
  op.latents = memory + 4;
  CHECK(euler_step_launch(op).vector == 1);
  op.latents = memory;
  op.elements = 4098;  // the second sample would begin between vectors
  CHECK(euler_step_launch(op).vector == 1);
}

TEST(a_megapixel_fills_the_card) {
  const FlatLaunch plan = euler_step_launch(shape(DType::kBFloat16, 16, 4096 * 64));
  CHECK_THAT(plan.threads == 256 && plan.grid_x == 1024, plan);
}

}  // namespace
}  // namespace reflectionflow::kernels
