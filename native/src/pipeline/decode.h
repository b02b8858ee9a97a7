// Latents to 8-bit pixels.
#pragma once

#include "models/autoencoder_kl.h"

namespace reflectionflow {

// latents (B * S_img, 4C) packed, in the transformer's scale, B images of rows x columns latents one after the other; rgb
// (B, 8 rows, 8 columns, 3). Images are decoded one by one, so that memory does not grow with the batch.
void decode_packed(const AutoencoderKl& vae, const Tensor& latents, int64_t batch, int64_t rows,
                   int64_t columns, uint8_t* rgb, Recorder& recorder);

// latents (1, rows, columns, C) in the autoencoder's scale; rgb (8 rows, 8 columns, 3). Throws INVALID_ARGUMENT where
// the image is not finite.
void decode_latents(const AutoencoderKl& vae, const Tensor& latents, uint8_t* rgb,
                    Recorder& recorder);

}  // namespace reflectionflow
