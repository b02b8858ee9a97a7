// latents + (sigma_next - sigma) * velocity: one step of the flow-matching Euler sampler, in place.
#pragma once

#include "common/kernel.h"

namespace reflectionflow::kernels {

struct EulerStep {
  DType dtype = DType::kFloat32;  // of latents and velocity; the sum is float32, rounded once
  int64_t batch = 0;
  int64_t elements = 0;               // of one sample
  void* latents = nullptr;            // (B, elements) contiguous, read and written
  const void* velocity = nullptr;     // (B, elements) contiguous
  const float* sigma_step = nullptr;  // (B): sigma_next - sigma, formed in float32
};

void euler_step(const EulerStep& op, Stream stream);

}  // namespace reflectionflow::kernels
