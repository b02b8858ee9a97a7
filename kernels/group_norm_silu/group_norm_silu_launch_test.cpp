// GroupNorm's launches: every element once; and its statistics, emulated thread by thread, against
// sums in double.
#include <cmath>

#include "common/kernel_suite.h"
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

// Calls body(slab, lane, pixel, channel) for the vectors of one sample as the kernels walk over
// them.
template <typename Body>
void walk(const GroupNormSilu& op, const GroupNormLaunch& plan, const Body& body) {
  for (int slab = 0; slab < plan.slabs; ++slab) {
    for (int thread = 0; thread < plan.threads; ++thread) {
      const NormThread place = norm_thread(thread, plan.columns, plan.lanes);
      for (int64_t c = place.first_column; place.active && c < plan.columns;
           c += place.column_step) {
        for (int64_t p = norm_slab_begin(op.pixels, plan.slabs, slab) + place.lane;
             p < norm_slab_begin(op.pixels, plan.slabs, slab + 1); p += plan.lanes)
          body(slab, place.lane, p, c * plan.vector);
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
  walk(op, plan, [&](int, int, int64_t pixel, int64_t channel) {
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

// Sums of one sample as both kernels form them, but for the order within a warp.
PartMoments emulated(const GroupNormSilu& op, const Values& x, int64_t group) {
  const GroupNormLaunch plan = group_norm_silu_launch(op);
  const int64_t size = op.channels / op.groups;
  Values sums(plan.slabs * plan.lanes * op.channels), squares(sums.size());
  const auto first_of = [&](int64_t slab, int64_t c) {
    return x[norm_slab_begin(op.pixels, plan.slabs, slab) * op.channels + c];
  };
  walk(op, plan, [&](int slab, int lane, int64_t pixel, int64_t channel) {
    for (int64_t c = channel; c < channel + plan.vector; ++c) {
      const float distance = x[pixel * op.channels + c] - first_of(slab, c);
      sums[(slab * plan.lanes + lane) * op.channels + c] += distance;
      squares[(slab * plan.lanes + lane) * op.channels + c] += distance * distance;
    }
  });
  std::vector<PartMoments> parts;
  std::vector<float> counts;
  const auto join = [](const std::vector<PartMoments>& of, const std::vector<float>& elements) {
    float all = 0, mean = 0, spread = 0;
    for (size_t i = 0; i < of.size(); ++i) {
      all += elements[i];
      mean += elements[i] * (of[i].mean - of[0].mean);
    }
    mean = of[0].mean + mean / all;
    for (size_t i = 0; i < of.size(); ++i) spread += squares_about(of[i], elements[i], mean);
    return PartMoments{mean, spread};
  };
  for (int64_t slab = 0; slab < plan.slabs; ++slab) {
    const float pixels = static_cast<float>(norm_slab_begin(op.pixels, plan.slabs, slab + 1) -
                                            norm_slab_begin(op.pixels, plan.slabs, slab));
    std::vector<PartMoments> channels;
    for (int64_t c = group * size; c < (group + 1) * size; ++c) {
      float sum = 0, square = 0;
      for (int64_t lane = 0; lane < plan.lanes; ++lane) {
        sum += sums[(slab * plan.lanes + lane) * op.channels + c];
        square += squares[(slab * plan.lanes + lane) * op.channels + c];
      }
      channels.push_back(part_moments(first_of(slab, c), sum, square, pixels));
    }
    parts.push_back(join(channels, std::vector<float>(size, pixels)));
    counts.push_back(pixels * static_cast<float>(size));
  }
  return join(parts, counts);
}

void check_statistics(int64_t pixels, int64_t channels, int64_t groups, float centre) {
  const GroupNormSilu op = shape(DType::kBFloat16, 1, pixels, channels, groups);
  const Values x = random_values(7, pixels * channels, 2, centre);
  const int64_t size = channels / groups;
  for (const int64_t group : {int64_t{0}, groups - 1}) {
    double mean = 0, squares = 0;
    const double count = static_cast<double>(pixels * size);
    const auto for_all = [&](const auto& body) {
      for (int64_t i = 0; i < pixels * size; ++i)
        body(static_cast<double>(x[i / size * channels + group * size + i % size]));
    };
    for_all([&](double value) { mean += value / count; });
    for_all([&](double value) { squares += (value - mean) * (value - mean); });
    const PartMoments got = emulated(op, x, group);
    CHECK_THAT(std::fabs(got.mean - mean) < 2e-7 * (1 + std::fabs(mean)), mean << " " << got.mean);
    CHECK_THAT(std::fabs(got.squares / squares - 1) < 1e-5, squares << " " << got.squares);
  }
}

TEST(statistics_keep_their_bits_far_from_zero) {
  check_statistics(4099, 128, 32, 0);
  check_statistics(4099, 128, 32, 1000);
  check_statistics(1031, 130, 65, -8);
  check_statistics(90, 1300, 2, 50);
  check_statistics(1, 8, 2, 3);
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
