// GroupNorm and SiLU on CUDA: its two launches, how threads walk over an image, the arithmetic of
// its statistics, and its launcher for operations that are already checked.
#pragma once

#include <algorithm>

#include "common/launch.h"
#include "group_norm_silu/group_norm_silu.h"

namespace reflectionflow::kernels {

// One launch leaves the moments of each group in each slab of pixels in the workspace; the other
// joins those of all slabs, in every block anew and in the same order, and writes. The grid has to
// be done with the first before the second begins: that is what a second launch is for.
constexpr int kNormThreads = 256;
// Loads of a thread that are on their way at once. The 256 slabs of an image are two blocks on a
// multiprocessor, which have 32 KB of them, twice what an H100's memory needs to be kept busy.
constexpr int kNormUnroll = 4;
constexpr int kNormBlocks = 2;
constexpr int kNormSlabs = kGroupNormSlabs;
// Fewer pixels are not worth a block: one round of loads.
constexpr int64_t kNormSlabElements = 8192;
// The sums of channels meet in shared memory.
constexpr int64_t kNormChannels = 8192;

struct GroupNormLaunch : LaunchPlan {
  int64_t slabs = 1;    // of each sample's pixels
  int64_t columns = 1;  // vectors of a pixel
  int64_t lanes = 1;    // pixels that a block reads at once
};

// Of both launches.
inline GroupNormLaunch group_norm_silu_launch(const GroupNormSilu& op) {
  GroupNormLaunch plan;
  plan.vector = vector_of(op.dtype, {op.x, op.weight, op.bias, op.out}, {op.channels});
  plan.vectors_per_thread = kNormUnroll;
  plan.columns = op.channels / plan.vector;
  plan.lanes = std::max<int64_t>(1, kNormThreads / plan.columns);
  plan.slabs = std::clamp<int64_t>(op.pixels * op.channels / kNormSlabElements, 1,
                                   std::min<int64_t>(kNormSlabs, op.pixels));
  plan.threads = kNormThreads;
  plan.grid_x = plan.slabs;
  plan.grid_y = op.batch;
  plan.shared_bytes = 2 * plan.lanes * op.channels * static_cast<int64_t>(sizeof(float));
  return plan;
}

HOST_DEVICE int64_t norm_slab_begin(int64_t pixels, int slabs, int slab) {
  return pixels * slab / slabs;
}

// A thread reads the columns first, first + step, .. of every lanes-th pixel.
struct NormThread {
  int first_column, column_step, lane;
  bool active;
};

HOST_DEVICE NormThread norm_thread(int thread, int columns, int lanes) {
  if (columns >= kNormThreads) return {thread, kNormThreads, 0, true};
  return {thread % columns, columns, thread / columns, thread / columns < lanes};
}

// The mean of some elements and the sum of their squared distances from it.
struct PartMoments {
  float mean, squares;
};

// From sums of x - shift and of their squares over `count` elements. One of the elements is the
// shift, so that what cancels is no larger than what spreads.
HOST_DEVICE PartMoments part_moments(float shift, float sum, float sum_of_squares, float count) {
  const float distance = sum / count;
  return {shift + distance, sum_of_squares - sum * distance};
}

// What one of several parts with `count` elements adds to the sum of squared distances from the
// mean of all.
HOST_DEVICE float squares_about(const PartMoments& part, float count, float mean) {
  const float distance = part.mean - mean;
  return part.squares + count * distance * distance;
}

// Where a group's moments lie in the workspace: slabs side by side, so that a warp reads them in
// order.
HOST_DEVICE int64_t norm_moments_at(int64_t sample, int64_t groups, int64_t group, int slabs,
                                    int slab) {
  return (sample * groups + group) * slabs + slab;
}

// Throws std::runtime_error where CUDA refuses a launch.
void group_norm_silu_cuda(const GroupNormSilu& op, Stream stream);

}  // namespace reflectionflow::kernels
