// The formulas of packing and unpacking, for tests and benches.
#pragma once

#include <vector>

#include "latent_packing/latent_packing.h"

namespace reflectionflow::kernels {

// Where element `index` of the packed tokens (B, h/2 * w/2, 4C) lies in the latents.
inline int64_t latent_of_packed_ref(const LatentPacking& op, int64_t index) {
  const int64_t feature = index % (4 * op.channels), token = index / (4 * op.channels);
  const int64_t tokens = op.height / 2 * (op.width / 2);
  const int64_t b = token / tokens, i = token % tokens / (op.width / 2), j = token % (op.width / 2);
  const int64_t c = feature / 4, y = 2 * i + feature % 4 / 2, x = 2 * j + feature % 2;
  if (op.channels_last) return ((b * op.height + y) * op.width + x) * op.channels + c;
  return ((b * op.channels + c) * op.height + y) * op.width + x;
}

inline std::vector<float> pack_latents_ref(const LatentPacking& op,
                                           const std::vector<float>& latents) {
  std::vector<float> packed(latents.size());
  for (size_t i = 0; i < packed.size(); ++i)
    packed[i] = latents[latent_of_packed_ref(op, i)] * op.scale + op.shift;
  return packed;
}

inline std::vector<float> unpack_latents_ref(const LatentPacking& op,
                                             const std::vector<float>& packed) {
  std::vector<float> latents(packed.size());
  for (size_t i = 0; i < packed.size(); ++i)
    latents[latent_of_packed_ref(op, i)] = packed[i] * op.scale + op.shift;
  return latents;
}

}  // namespace reflectionflow::kernels
