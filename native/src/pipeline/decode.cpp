// Unpack and scale, decode, round to pixels.
#include "pipeline/decode.h"

#include "latent_packing/latent_packing.h"
#include "models/image_layers.h"
#include "models/kernel_views.h"
#include "pipeline/finite.h"
#include "rgb8/rgb8.h"
#include "torch/ops.h"

namespace reflectionflow {

void decode_packed(const AutoencoderKl& vae, const Tensor& latents, int64_t batch, int64_t rows,
                   int64_t columns, uint8_t* rgb, Recorder& recorder) {
  const int64_t tokens = latents.size(0) / batch;
  const int64_t channels = latents.size(1) / 4;
  for (int64_t b = 0; b < batch; ++b) {
    const Tensor packed = latents.rows(b * tokens, tokens);
    Tensor unpacked = Tensor::empty({1, rows, columns, channels}, latents.type(), latents.device());
    kernels::LatentPacking op;
    op.dtype = kernel_dtype(latents.type());
    op.batch = 1;
    op.channels = channels;
    op.height = rows;
    op.width = columns;
    op.scale = static_cast<float>(1.0 / vae.config().scaling_factor);
    op.shift = static_cast<float>(vae.config().shift_factor);
    op.channels_last = true;
    op.in = packed.data();
    op.out = unpacked.data();
    kernels::unpack_latents(op, stream_for(packed));
    decode_latents(vae, unpacked, rgb + b * rows * columns * 64 * 3, recorder);
  }
}

Tensor decode_image(const AutoencoderKl& vae, const Tensor& latents, const Tiling& tiling,
                    Recorder& recorder) {
  if (!tiling.cuts(latents.size(1), latents.size(2))) return vae.decode(latents, recorder);
  Recorder silent;  // layers of a part would pass for the whole image's
  return decode_tiles(latents, tiling,
                      [&](const Tensor& tile) { return vae.decode(tile, silent); });
}

void decode_latents(const AutoencoderKl& vae, const Tensor& latents, uint8_t* rgb,
                    Recorder& recorder) {
  if (recorder.stages()) recorder.keep("vae_input", channels_first(latents));
  const Tensor image = decode_image(vae, latents, {}, recorder);
  if (recorder.stages()) recorder.keep("decoded", channels_first(image));
  require_finite(image, "the decoded image is");
  kernels::Rgb8 op;
  op.dtype = kernel_dtype(image.type());
  op.values = image.count();
  op.in = image.data();
  // The caller's memory is the host's: what a card wrote is fetched.
  Tensor target = Tensor::from_blob(rgb, image.sizes(), ScalarType::kUInt8);
  Tensor pixels = image.device().on_cuda()
                      ? Tensor::empty(image.sizes(), ScalarType::kUInt8, image.device())
                      : target.share();
  op.out = pixels.data();
  kernels::rgb8_from_image(op, stream_for(image));
  if (image.device().on_cuda()) ops::copy(target, pixels);
}

}  // namespace reflectionflow
