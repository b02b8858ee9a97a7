// GroupNorm's launches: every element once, by accesses as wide as memory is aligned.
#include "common/launch_checks.h"
#include "group_norm_silu/group_norm_silu_cuda.h"

namespace reflectionflow::kernels {
namespace {

alignas(16) char memory[32];

GroupNormSilu shape(DType dtype, int64_t batch, int64_t pixels, int64_t channels, int64_t groups) {
  GroupNormSilu op;
  op.dtype = dtype;
  op.batch = batch;
  op.pixels = pixels;
  op.channels = channels;
  op.groups = groups;
  op.x = op.weight = op.bias = memory;
  op.out = memory;
  return op;
}

// Calls body(pixel, channel) for the vectors of one sample as the kernels walk over them.
template <typename Body>
void walk(const GroupNormSilu& op, const GroupNormLaunch& plan, const Body& body) {
  for (int slab = 0; slab < plan.slabs; ++slab) {
    for (int thread = 0; thread < plan.threads; ++thread) {
      const NormThread place = norm_thread(thread, plan.columns, plan.lanes);
      for (int64_t c = place.first_column; place.active && c < plan.columns;
           c += place.column_step) {
        for (int64_t p = norm_slab_begin(op.pixels, plan.slabs, slab) + place.lane;
             p < norm_slab_begin(op.pixels, plan.slabs, slab + 1); p += plan.lanes)
          body(p, c * plan.vector);
      }
    }
  }
}

void check_walk(const GroupNormSilu& op) {
  const GroupNormLaunch plan = group_norm_silu_launch(op);
  check_launchable(plan);
  CHECK_THAT(plan.slabs >= 1 && plan.slabs <= kNormSlabs && plan.slabs <= op.pixels, plan);
  // The second kernel keeps two floats for each group where the first keeps two for each channel.
  CHECK_THAT(plan.shared_bytes >= op.groups * 8, plan);
  CHECK(op.batch * op.groups * plan.slabs * 2 <= group_norm_silu_workspace(op));
  Coverage coverage(op.pixels * op.channels);
  walk(op, plan, [&](int64_t pixel, int64_t channel) {
    coverage.visit(pixel * op.channels + channel, plan.vector);
  });
  CHECK_THAT(coverage.once(), plan);
}

TEST(every_element_is_reached_once) {
  for (const DType dtype : {DType::kFloat32, DType::kBFloat16}) {
    check_walk(shape(dtype, 1, 1, 1, 1));
    check_walk(shape(dtype, 3, 33, 7, 7));
    check_walk(shape(dtype, 2, 1031, 130, 65));
    check_walk(shape(dtype, 1, 90, 1300, 2));
    check_walk(shape(dtype, 1, 50, 8192, 32));
    for (const int64_t channels : {128, 256, 512}) check_walk(shape(dtype, 1, 4096, channels, 32));
  }
}

TEST(accesses_are_wide_where_memory_is_aligned) {
  GroupNormSilu op = shape(DType::kBFloat16, 1, 64, 128, 32);
  CHECK(group_norm_silu_launch(op).vector == 8);
  op.channels = 132;
  CHECK(group_norm_silu_launch(op).vector == 1);
  op.channels = 128;
  op.out = memory + 8;
  CHECK(group_norm_silu_launch(op).vector == 1);
}

TEST(a_large_image_fills_the_card) {
  const GroupNormLaunch plan = group_norm_silu_launch(shape(DType::kBFloat16, 1, 1 << 20, 128, 32));
  CHECK_THAT(plan.grid_x == 256 && plan.lanes == 16, plan);
}

}  // namespace
}  // namespace reflectionflow::kernels
