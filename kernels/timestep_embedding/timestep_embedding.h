// Sinusoidal embedding of timesteps and guidance scales, as diffusers' Timesteps: cosines, then
// sines, of the value at falling frequencies.
#pragma once

#include "common/kernel.h"

namespace reflectionflow::kernels {

// out[n, i] = cos(values[n] * f(i)), out[n, frequencies + i] = sin(values[n] * f(i)), with f(i) =
// 10000^(-i / frequencies).
struct TimestepEmbedding {
  DType dtype = DType::kFloat32;  // of out; the arithmetic is float32, rounded once
  int64_t count = 0;
  int64_t frequencies = 0;
  const float* values = nullptr;  // (N)
  void* out = nullptr;            // (N, 2 * frequencies) contiguous
};

void timestep_embedding(const TimestepEmbedding& op, Stream stream);

}  // namespace reflectionflow::kernels
