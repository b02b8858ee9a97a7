// The formula of the Euler step, for tests and benches.
#pragma once

#include <vector>

#include "euler_step/euler_step.h"

namespace reflectionflow::kernels {

// latents, velocity: (B, elements); sigma_step: (B). Returns (B, elements).
inline std::vector<float> euler_step_ref(const EulerStep& op, const std::vector<float>& latents,
                                         const std::vector<float>& velocity,
                                         const std::vector<float>& sigma_step) {
  std::vector<float> out(latents.size());
  for (size_t i = 0; i < latents.size(); ++i)
    out[i] = latents[i] + sigma_step[i / op.elements] * velocity[i];
  return out;
}

}  // namespace reflectionflow::kernels
