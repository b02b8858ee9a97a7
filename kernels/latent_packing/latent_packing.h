// 2x2 patches of latents as tokens, and back, with a scale and a shift on the way.
#pragma once

#include "common/kernel.h"

namespace reflectionflow::kernels {

// Token (i, j) holds, for each channel, the patch's values row by row: packed[.., c*4 + dy*2 + dx]
// = latents[.., c, 2i+dy, 2j+dx].
struct LatentPacking {
  DType dtype = DType::kFloat32;  // of both tensors
  int64_t batch = 0;
  int64_t channels = 0;
  int64_t height = 0;  // of the latents, even
  int64_t width = 0;   // of the latents, even
  float scale = 1;     // written value = read value * scale + shift, in float32
  float shift = 0;
  bool channels_last = false;  // latents are (B, h, w, C), not (B, C, h, w)
  const void* in = nullptr;    // pack: latents; unpack: tokens (B, h/2 * w/2, 4C); contiguous
  void* out = nullptr;         // pack: tokens; unpack: latents; contiguous
};

void pack_latents(const LatentPacking& op, Stream stream);
void unpack_latents(const LatentPacking& op, Stream stream);

}  // namespace reflectionflow::kernels
