// Encode, take the mean or a sample, scale, pack.
#include "pipeline/image_conditioning.h"

#include <cmath>

#include "error.h"
#include "latent_packing/latent_packing.h"
#include "models/image_layers.h"
#include "models/kernel_views.h"
#include "torch/ops.h"

namespace reflectionflow {
namespace {

// mean + exp(logvar / 2) * noise in float32, on the host; all (1, C, h, w).
Tensor sample(const Tensor& mean, const Tensor& logvar, const float* noise) {
  Tensor out = mean.to(ScalarType::kFloat32).on({});
  const Tensor spread = logvar.to(ScalarType::kFloat32).on({});
  for (int64_t i = 0; i < out.count(); ++i) {
    out.as<float>()[i] += std::exp(0.5f * spread.as<float>()[i]) * noise[i];
  }
  return out.on(mean.device()).to(mean.type());
}

}  // namespace

ImageConditioning encode_image(const AutoencoderKl& vae, ScalarType type, const float* image,
                               int64_t width, int64_t height, const float* noise,
                               Recorder& recorder) {
  const Tensor pixels =
      Tensor::from_blob(const_cast<float*>(image), {1, height, width, 3}, ScalarType::kFloat32);
  const AutoencoderKl::Posterior posterior = vae.encode(pixels.on(vae.device()).to(type), recorder);
  const Tensor mean = channels_first(posterior.mean).contiguous();
  const Tensor logvar = channels_first(posterior.logvar).contiguous();
  const Tensor latents = noise ? sample(mean, logvar, noise) : mean.share();
  if (recorder.layers()) {
    recorder.keep("encode.mean", mean);
    recorder.keep("encode.logvar", logvar);
    recorder.keep("encode.latents", latents);
  }

  ImageConditioning condition;
  if (width % 16 != 0 || height % 16 != 0) return condition;
  condition.grid_rows = height / 16;
  condition.grid_columns = width / 16;
  const int64_t channels = latents.size(1);
  condition.tokens = Tensor::empty({condition.grid_rows * condition.grid_columns, 4 * channels},
                                   type, vae.device());
  kernels::LatentPacking op;
  op.dtype = kernel_dtype(type);
  op.batch = 1;
  op.channels = channels;
  op.height = height / 8;
  op.width = width / 8;
  op.scale = static_cast<float>(vae.config().scaling_factor);
  op.shift = static_cast<float>(-vae.config().shift_factor * vae.config().scaling_factor);
  op.in = latents.data();
  op.out = condition.tokens.data();
  kernels::pack_latents(op, stream_for(latents));
  if (recorder.stages()) recorder.keep("condition_latents", condition.tokens);
  return condition;
}

ImageConditioning stack(const std::vector<const ImageConditioning*>& images) {
  const auto batch = static_cast<int64_t>(images.size());
  const ImageConditioning& first = *images[0];
  if (!first.tokens.defined())
    invalid_argument("the condition image's sides are no multiples of 16");
  const int64_t tokens = first.tokens.size(0);
  ImageConditioning all;
  all.grid_rows = first.grid_rows;
  all.grid_columns = first.grid_columns;
  all.tokens = Tensor::empty({batch * tokens, first.tokens.size(1)}, first.tokens.type(),
                             first.tokens.device());
  for (int64_t b = 0; b < batch; ++b) {
    const ImageConditioning& image = *images[static_cast<size_t>(b)];
    if (image.grid_rows != first.grid_rows || image.grid_columns != first.grid_columns) {
      invalid_argument("condition images of different sizes in one batch");
    }
    Tensor rows = all.tokens.rows(b * tokens, tokens);
    ops::copy(rows, image.tokens);
  }
  return all;
}

}  // namespace reflectionflow
