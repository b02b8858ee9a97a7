// The sinusoidal embedding on CUDA: its launch, and its launcher for operations that are already
// checked.
#pragma once

#include "common/launch.h"
#include "timestep_embedding/timestep_embedding.h"

namespace reflectionflow::kernels {

// A thread for each frequency of each value: 128 of them are one block.
inline LaunchPlan timestep_embedding_launch(const TimestepEmbedding& op) {
  LaunchPlan plan;
  plan.threads = 128;
  plan.vector = 1;
  plan.grid_x = ceil_div(op.count * op.frequencies, plan.threads);
  return plan;
}

// Where a thread's cosine lies; its sine lies `frequencies` behind.
struct TimestepEntry {
  uint32_t value, frequency;
  int64_t cosine;
};

HOST_DEVICE TimestepEntry timestep_entry(uint32_t index, uint32_t frequencies) {
  const uint32_t value = index / frequencies, frequency = index % frequencies;
  return {value, frequency, int64_t{value} * 2 * frequencies + frequency};
}

// Throws std::runtime_error where CUDA refuses the launch.
void timestep_embedding_cuda(const TimestepEmbedding& op, Stream stream);

}  // namespace reflectionflow::kernels
