// Each activation is given up as soon as the next one exists: the large ones take hundreds of MiB.
#include "models/autoencoder_stages.h"

namespace reflectionflow {
namespace {

constexpr int64_t kColours = 3;

void record(Recorder& recorder, const std::string& name, const Tensor& image) {
  if (recorder.layers()) recorder.keep(name, channels_first(image));
}

std::vector<ResnetBlock> resnets(const AutoencoderParts& parts, const std::string& name, int64_t in,
                                 int64_t out, int64_t count) {
  std::vector<ResnetBlock> made;
  for (int64_t j = 0; j < count; ++j) {
    made.push_back(parts.resnet(name + ".resnets." + std::to_string(j), j == 0 ? in : out, out));
  }
  return made;
}

}  // namespace

AutoencoderMiddle::AutoencoderMiddle(const AutoencoderParts& parts, const std::string& name,
                                     int64_t channels)
    : resnet1_(parts.resnet(name + ".resnet1", channels, channels)),
      attention_(parts.weights, name + ".attention", channels, parts.config.groups, parts.type),
      resnet2_(parts.resnet(name + ".resnet2", channels, channels)) {}

void AutoencoderMiddle::forward(Tensor& x, const char* half, Recorder& recorder) const {
  ResnetBlock::Buffers buffers;
  resnet1_.forward(x, buffers);
  attention_.add_to(x);
  record(recorder, std::string(half) + ".mid_attention", x);
  resnet2_.forward(x, buffers);
  record(recorder, std::string(half) + ".mid", x);
}

AutoencoderDecoder::AutoencoderDecoder(const AutoencoderParts& parts)
    : conv_in_(parts.convolution("vae.decoder.conv_in", parts.config.latent_channels,
                                 parts.config.channels.back())),
      middle_(parts, "vae.decoder.mid", parts.config.channels.back()),
      norm_out_(parts.norm("vae.decoder.norm_out", parts.config.channels.front())),
      conv_out_(
          parts.convolution("vae.decoder.conv_out", parts.config.channels.front(), kColours)) {
  const std::vector<int64_t> channels(parts.config.channels.rbegin(), parts.config.channels.rend());
  for (size_t i = 0; i < channels.size(); ++i) {
    const std::string name = "vae.decoder.up." + std::to_string(i);
    up_.push_back(
        {resnets(parts, name, channels[i == 0 ? 0 : i - 1], channels[i], parts.config.resnets + 1),
         {}});
    if (i + 1 < channels.size()) {
      up_.back().resample.emplace(parts.weights, name + ".upsample", channels[i], parts.type);
    }
  }
}

Tensor AutoencoderDecoder::forward(const Tensor& latents, Recorder& recorder) const {
  Tensor x = conv_in_.forward(latents);
  record(recorder, "dec.conv_in", x);
  middle_.forward(x, "dec", recorder);
  for (size_t i = 0; i < up_.size(); ++i) {
    up_[i].run_resnets(x);
    if (up_[i].resample) x = up_[i].resample->forward(x);
    record(recorder, "dec.up" + std::to_string(i), x);
  }
  norm_out_.apply_with_silu(x);
  return conv_out_.forward(x);
}

AutoencoderEncoder::AutoencoderEncoder(const AutoencoderParts& parts)
    : conv_in_(parts.convolution("vae.encoder.conv_in", kColours, parts.config.channels.front())),
      middle_(parts, "vae.encoder.mid", parts.config.channels.back()),
      norm_out_(parts.norm("vae.encoder.norm_out", parts.config.channels.back())),
      conv_out_(parts.convolution("vae.encoder.conv_out", parts.config.channels.back(),
                                  2 * parts.config.latent_channels)) {
  const std::vector<int64_t>& channels = parts.config.channels;
  for (size_t i = 0; i < channels.size(); ++i) {
    const std::string name = "vae.encoder.down." + std::to_string(i);
    down_.push_back(
        {resnets(parts, name, channels[i == 0 ? 0 : i - 1], channels[i], parts.config.resnets),
         {}});
    if (i + 1 < channels.size()) {
      down_.back().resample = parts.convolution(name + ".downsample", channels[i], channels[i]);
    }
  }
}

Tensor AutoencoderEncoder::forward(const Tensor& image, Recorder& recorder) const {
  Tensor x = conv_in_.forward(image);
  for (size_t i = 0; i < down_.size(); ++i) {
    down_[i].run_resnets(x);
    if (down_[i].resample) x = down_[i].resample->forward_halved(x);
    record(recorder, "enc.down" + std::to_string(i), x);
  }
  middle_.forward(x, "enc", recorder);
  norm_out_.apply_with_silu(x);
  return conv_out_.forward(x);
}

}  // namespace reflectionflow
