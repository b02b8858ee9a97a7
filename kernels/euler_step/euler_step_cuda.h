// The Euler step on CUDA: its launch, and its launcher for operations that are already checked.
#pragma once

#include "common/flat_launch.h"
#include "euler_step/euler_step.h"

namespace reflectionflow::kernels {

inline FlatLaunch euler_step_launch(const EulerStep& op) {
  const int64_t vector = vector_of(op.dtype, {op.latents, op.velocity}, {op.elements});
  return flat_launch(op.batch, op.elements, vector);
}

// Throws std::runtime_error where CUDA refuses the launch.
void euler_step_cuda(const EulerStep& op, Stream stream);

}  // namespace reflectionflow::kernels
