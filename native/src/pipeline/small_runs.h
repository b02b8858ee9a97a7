// Whole runs of small networks on the CPU or a card, for tests.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "error.h"
#include "models/autoencoder_kl.h"
#include "models/clip_text_encoder.h"
#include "models/random_flux.h"
#include "models/t5_encoder.h"
#include "pipeline/denoise.h"

namespace reflectionflow {

// The engine's place and networks there.
struct Place {
  explicit Place(const Device& device) : session(device) {}
  // The CPU, whose steps are captured by a stand-in that computes them at once.
  explicit Place(CudaRuntime& runtime) : session(runtime) {}

  template <typename Network>
  std::unique_ptr<Network> build(const std::function<Network(WeightMap&)>& make) {
    const InventedWeights invented(make);
    const DeviceSession::Guard guard(session);
    WeightMap weights([this](const Tensor& host) { return session.place(host); });
    invented.put_into(weights);
    auto network = std::make_unique<Network>(make(weights));
    session.end_placing();
    return network;
  }

  std::unique_ptr<FluxTransformer> transformer(const FluxConfig& config,
                                               ScalarType type = ScalarType::kFloat32) {
    FluxConfig placed = config;
    placed.joined_products = session.device().on_cuda();  // as the engine has it
    return build<FluxTransformer>(
        [=](WeightMap& weights) { return FluxTransformer(placed, weights, type); });
  }

  DeviceSession session;
  PreparedPrompts prepared;
};

// More than 16 tokens of text and of image: fewer no card takes as int8.
constexpr int64_t kTextTokens = 20, kLatentRows = 8, kLatentColumns = 10;

const Device kCard{Device::Type::kCuda, 0};

// Throws a Skipped where there is none; one that cannot be used is a failure.
template <typename Skipped>
Place card() {
  int cards = 0;
  try {
    cards = linked_cuda_runtime().card_count();
  } catch (const Error& error) {
    throw Skipped(error.reason());
  }
  if (cards == 0) throw Skipped("no card is here");
  return Place(kCard);
}

struct Drawing {
  int64_t batch = 1, steps = 8;
  bool conditioned = false;
  bool add_attention = false;
  float image_guidance = 1;
  Recording recording = Recording::kOff;
  bool interrupted = false;  // something else is computed after each step
  uint32_t noise = 92;
  int64_t text = 0;  // its id

  std::string description;  // of the run, afterwards
};

// Its inputs, and the run of it.
class SmallDrawing {
 public:
  SmallDrawing(Place& place, const FluxTransformer& network, const Drawing& drawing)
      : place_(place), network_(network) {
    const DeviceSession::Guard guard(place.session);
    const FluxConfig& config = network.config();
    recorder_.start(drawing.recording);
    for (int64_t b = 0; b < drawing.batch; ++b) {
      const auto seed = static_cast<uint32_t>(10 * b);
      texts_.push_back({placed(drawn({kTextTokens, config.text_width}, 90 + seed)),
                        placed(drawn({1, config.pooled_width}, 91 + seed)),
                        drawing.text ? drawing.text + b : 0});
      if (drawing.conditioned)
        images_.push_back({placed(drawn({4, config.channels}, 93 + seed)), 2, 2});
    }
    begin(drawing);
  }

  // The latents (batch * 20, C) of the run, float32 on the host.
  Tensor draw(Drawing& drawing) {
    for (bool more = true; more;) {
      const DeviceSession::Guard guard(place_.session);
      more = run_->step();
      if (drawing.interrupted) const DeviceSession::Guard other(place_.session);
    }
    drawing.description = run_->describe();
    const DeviceSession::Guard guard(place_.session);
    return run_->latents().to(ScalarType::kFloat32).on({});
  }

 private:
  Tensor placed(const Tensor& host) const { return host.on(network_.device()).to(network_.type()); }

  void begin(const Drawing& drawing) {
    DenoiseSettings settings;
    settings.batch = drawing.batch;
    settings.steps = drawing.steps;
    settings.latent_rows = kLatentRows;
    settings.latent_columns = kLatentColumns;
    settings.add_attention = drawing.add_attention;
    settings.image_guidance = drawing.image_guidance;
    settings.condition_column_shift = -2;
    std::vector<float> sigmas;
    for (int64_t i = 0; i <= drawing.steps; ++i) {
      const float sigma = 1.0f - static_cast<float>(i) / static_cast<float>(drawing.steps);
      sigmas.insert(sigmas.end(), static_cast<size_t>(drawing.batch), sigma);
    }
    const std::vector<float> guidance(static_cast<size_t>(drawing.batch), 3.5f);
    const Tensor noise =
        drawn({drawing.batch, network_.config().channels / 4, kLatentRows, kLatentColumns},
              drawing.noise);
    std::vector<const TextConditioning*> texts;
    std::vector<const ImageConditioning*> images;
    for (const TextConditioning& text : texts_) texts.push_back(&text);
    for (const ImageConditioning& image : images_) images.push_back(&image);
    run_ = std::make_unique<Denoise>(network_, place_.session, settings, texts, images,
                                     noise.as<float>(), sigmas.data(), guidance.data(),
                                     place_.prepared, recorder_);
  }

  Place& place_;
  const FluxTransformer& network_;
  Recorder recorder_;
  std::vector<TextConditioning> texts_;
  std::vector<ImageConditioning> images_;
  std::unique_ptr<Denoise> run_;
};

inline Tensor draw(Place& place, const FluxTransformer& network, Drawing& drawing) {
  return SmallDrawing(place, network, drawing).draw(drawing);
}

inline Tensor draw(Place& place, const FluxTransformer& network) {
  Drawing drawing;
  return draw(place, network, drawing);
}

inline std::unique_ptr<AutoencoderKl> small_autoencoder(Place& place) {
  return place.build<AutoencoderKl>([](WeightMap& weights) {
    return AutoencoderKl({{8, 8, 8, 16}, 4, 4, 1, 0.36, 0.1}, weights, ScalarType::kFloat32);
  });
}

constexpr int64_t kIds[] = {3, 7, 1, 19, 0, 0};

inline Tensor t5_embeds(Place& place) {
  const T5Config config{32, 2, 16, 64, 2, 20, 32, 128, 1e-6};
  const auto t5 = place.build<T5Encoder>(
      [=](WeightMap& weights) { return T5Encoder(config, weights, ScalarType::kFloat32); });
  const DeviceSession::Guard guard(place.session);
  return t5->forward(kIds, 6).on({});
}

inline Tensor clip_pooled(Place& place) {
  const ClipConfig config{32, 2, 2, 64, 20, 10, true, 19, 1e-5};
  const auto clip = place.build<ClipTextEncoder>(
      [=](WeightMap& weights) { return ClipTextEncoder(config, weights, ScalarType::kFloat32); });
  const DeviceSession::Guard guard(place.session);
  Recorder recorder;
  return clip->forward(kIds, 6, recorder).on({});
}

}  // namespace reflectionflow
