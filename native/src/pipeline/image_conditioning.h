// An earlier image to the tokens that the corrector sees.
#pragma once

#include <vector>

#include "models/autoencoder_kl.h"

namespace reflectionflow {

struct ImageConditioning {
  Tensor tokens;  // (S_cond, 4 * latent channels)
  int64_t grid_rows = 0;
  int64_t grid_columns = 0;
};

// image (height, width, 3) float32 in [-1, 1], sides multiples of 8 (of 16 for tokens). noise
// (channels, h/8, w/8) float32 draws from the posterior; null takes the mean. Where a side is no
// multiple of 16 there are no 2x2 patches: the posterior is recorded, tokens stay undefined.
ImageConditioning encode_image(const AutoencoderKl& vae, ScalarType type, const float* image,
                               int64_t width, int64_t height, const float* noise,
                               Recorder& recorder);

// The tokens of a batch one below the other; all grids must be equal.
ImageConditioning stack(const std::vector<const ImageConditioning*>& images);

}  // namespace reflectionflow
