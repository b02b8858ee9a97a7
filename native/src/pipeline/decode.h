// Latents to 8-bit pixels.
#pragma once

#include "models/autoencoder_kl.h"
#include "pipeline/tiles.h"

namespace reflectionflow {

// latents (B * S_img, 4C) packed, in the transformer's scale, B images of rows x columns latents
// one after the other; rgb (B, 8 rows, 8 columns, 3). Images are decoded one by one, so that memory
// does not grow with the batch.
void decode_packed(const AutoencoderKl& vae, const Tensor& latents, int64_t batch, int64_t rows,
                   int64_t columns, uint8_t* rgb, Recorder& recorder);

// latents (1, rows, columns, C) in the autoencoder's scale to (1, 8 rows, 8 columns, 3), whole or
// in tiles. Tiles bound the memory; they are an approximation, because each has its own statistics
// for group normalisation and attends to itself only.
Tensor decode_image(const AutoencoderKl& vae, const Tensor& latents, const Tiling& tiling,
                    Recorder& recorder);

// latents (1, rows, columns, C) in the autoencoder's scale; rgb (8 rows, 8 columns, 3). Throws
// INVALID_ARGUMENT where the image is not finite.
void decode_latents(const AutoencoderKl& vae, const Tensor& latents, uint8_t* rgb,
                    Recorder& recorder);

}  // namespace reflectionflow
