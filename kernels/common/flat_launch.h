// Launches for parts of contiguous elements (samples, rows): some blocks for each part, two vectors
// for each thread.
#pragma once

#include <algorithm>

#include "common/launch.h"

namespace reflectionflow::kernels {

constexpr int kFlatThreads = 256;  // of a block, at most
// Two loads in flight for each operand: with 2048 threads on a multiprocessor, 64 KB of each, which
// covers the latency of an H100's memory.
constexpr int kFlatVectors = 2;

struct FlatLaunch : LaunchPlan {
  int64_t blocks_per_part = 1;
};

inline FlatLaunch flat_launch(int64_t parts, int64_t elements, int64_t vector) {
  const int64_t vectors = ceil_div(elements, vector);
  FlatLaunch plan;
  plan.vector = vector;
  plan.vectors_per_thread = kFlatVectors;
  plan.blocks_per_part = ceil_div(vectors, kFlatThreads * kFlatVectors);
  // As many as its share needs: 3072 bfloat16 are 192 threads, not 256 with a quarter idle.
  plan.threads = round_up(ceil_div(vectors, plan.blocks_per_part * kFlatVectors), kWarp);
  plan.grid_x = parts * plan.blocks_per_part;
  return plan;
}

// What a thread works on: vector i begins at element first + i * stride of the part.
struct FlatShare {
  uint32_t part;
  int64_t first, stride;
};

HOST_DEVICE FlatShare flat_share(uint32_t block, uint32_t thread, uint32_t threads,
                                 uint32_t blocks_per_part, int vector) {
  const uint32_t part = block / blocks_per_part, block_in_part = block % blocks_per_part;
  const int64_t stride = int64_t{threads} * vector;
  return {part, block_in_part * kFlatVectors * stride + int64_t{thread} * vector, stride};
}

}  // namespace reflectionflow::kernels
