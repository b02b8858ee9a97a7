// Checks what comes in, and splits the encoder's output into mean and log variance.
#include "models/autoencoder_kl.h"

#include "error.h"
#include "models/autoencoder_stages.h"
#include "torch/ops.h"

namespace reflectionflow {
namespace {

constexpr double kLowestLogvar = -30, kHighestLogvar = 20;

void check_config(const AutoencoderConfig& config) {
  if (config.channels.size() != 4) {
    invalid_file("the autoencoder has " + std::to_string(config.channels.size()) +
                 " levels, not the 4 that make one latent of 8x8 pixels");
  }
  for (int64_t channels : config.channels) {
    if (config.groups < 1 || channels < 1 || channels % config.groups != 0) {
      invalid_file("the autoencoder's " + std::to_string(channels) +
                   " channels do not divide into " + std::to_string(config.groups) + " groups");
    }
  }
}

void check_image(const char* what, const Tensor& x, int64_t channels, int64_t multiple,
                 ScalarType type) {
  const bool fits = x.defined() && x.sizes().rank() == 4 && x.size(3) == channels &&
                    x.type() == type && x.is_contiguous() && x.count() > 0 &&
                    x.size(1) % multiple == 0 && x.size(2) % multiple == 0;
  if (!fits) {
    throw Error(ErrorCode::kInternal, std::string("the autoencoder cannot take ") + what + " " +
                                          x.to_string() + ", expected a contiguous " +
                                          name_of(type) + "[B, H, W, " + std::to_string(channels) +
                                          "] with sides in multiples of " +
                                          std::to_string(multiple));
  }
}

}  // namespace

AutoencoderKl::AutoencoderKl(const AutoencoderConfig& config, WeightMap& weights, ScalarType type)
    : config_(config), type_(type) {
  check_config(config);
  const AutoencoderParts parts{weights, config, type};
  decoder_ = std::make_unique<AutoencoderDecoder>(parts);
  encoder_ = std::make_unique<AutoencoderEncoder>(parts);
}

AutoencoderKl::~AutoencoderKl() = default;
AutoencoderKl::AutoencoderKl(AutoencoderKl&&) noexcept = default;
AutoencoderKl& AutoencoderKl::operator=(AutoencoderKl&&) noexcept = default;

const Device& AutoencoderKl::device() const { return decoder_->device(); }

Tensor AutoencoderKl::decode(const Tensor& latents, Recorder& recorder) const {
  check_image("latents", latents, config_.latent_channels, 1, type_);
  return decoder_->forward(latents, recorder);
}

AutoencoderKl::Posterior AutoencoderKl::encode(const Tensor& image, Recorder& recorder) const {
  check_image("an image", image, 3, 8, type_);
  const Tensor both = encoder_->forward(image, recorder);
  Shape half = both.sizes();
  half[3] = config_.latent_channels;
  const Tensor logvar = both.view(half, both.strides(), half[3]).contiguous();
  return {both.view(half, both.strides()).contiguous(),
          ops::clamp(logvar, kLowestLogvar, kHighestLogvar)};
}

}  // namespace reflectionflow
