// Whole runs: the same picture however its steps are taken, and on a card what the CPU computes.
#include "pipeline/denoise.h"

#include <functional>

#include "common/check.h"
#include "models/autoencoder_kl.h"
#include "models/random_flux.h"

namespace reflectionflow {
namespace {

// More than 16 tokens of text and of image: fewer no card takes as int8.
constexpr int64_t kSteps = 8, kTextTokens = 20, kLatentRows = 8, kLatentColumns = 10;
const Device kCard{Device::Type::kCuda, 0};

// The engine's place and a network there.
struct Place {
  explicit Place(const Device& device) : session(device) {}

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
    return build<FluxTransformer>(
        [=](WeightMap& weights) { return FluxTransformer(config, weights, type); });
  }

  DeviceSession session;
};

struct Drawing {
  bool interrupted = false;
  std::string description;  // of the run, afterwards
};

// The latents (20, C) of a run, float32 on the host.
Tensor draw(Place& place, const FluxTransformer& network, Drawing& drawing) {
  const FluxConfig& config = network.config();
  const auto placed = [&](const Tensor& host) {
    return host.on(network.device()).to(network.type());
  };
  std::unique_ptr<Denoise> run;
  Recorder recorder;
  {
    const DeviceSession::Guard guard(place.session);
    const TextConditioning text{placed(drawn({kTextTokens, config.text_width}, 90)),
                                placed(drawn({1, config.pooled_width}, 91))};
    DenoiseSettings settings;
    settings.steps = kSteps;
    settings.latent_rows = kLatentRows;
    settings.latent_columns = kLatentColumns;
    std::vector<float> sigmas;
    for (int64_t i = 0; i <= kSteps; ++i) {
      sigmas.push_back(1.0f - static_cast<float>(i) / static_cast<float>(kSteps));
    }
    const float guidance = 3.5f;
    const Tensor noise = drawn({1, config.channels / 4, kLatentRows, kLatentColumns}, 92);
    run = std::make_unique<Denoise>(network, place.session, settings,
                                    std::vector<const TextConditioning*>{&text},
                                    std::vector<const ImageConditioning*>{}, noise.as<float>(),
                                    sigmas.data(), &guidance, recorder);
  }
  for (bool more = true; more;) {
    const DeviceSession::Guard guard(place.session);
    more = run->step();
    if (drawing.interrupted) const DeviceSession::Guard other(place.session);
  }
  drawing.description = run->describe();
  const DeviceSession::Guard guard(place.session);
  return run->latents().to(ScalarType::kFloat32).on({});
}

Tensor draw(Place& place, const FluxTransformer& network) {
  Drawing drawing;
  return draw(place, network, drawing);
}

bool near(const Tensor& a, const Tensor& b, double tolerance) { return distance(a, b) < tolerance; }

Place card() {
  try {
    return Place(kCard);
  } catch (const Error& error) {
    throw kernels::Skipped(error.reason());
  }
}

AutoencoderConfig small_autoencoder() { return {{8, 8, 8, 16}, 4, 4, 1, 0.36, 0.1}; }

std::unique_ptr<AutoencoderKl> autoencoder(Place& place) {
  return place.build<AutoencoderKl>([](WeightMap& weights) {
    return AutoencoderKl(small_autoencoder(), weights, ScalarType::kFloat32);
  });
}

TEST(a_run_says_how_it_was_computed) {
  Place cpu(Device{});
  Drawing drawing;
  const auto network = cpu.transformer(small_flux());
  const Tensor expected = draw(cpu, *network, drawing);
  CHECK(drawing.description ==
        "attention=ours: LibTorch's has no fast path on CPUs\ngraph_launches=0");
  drawing.interrupted = true;
  CHECK(same_bits(draw(cpu, *network, drawing), expected));
}

TEST(a_cached_run_says_what_it_skipped) {
  Place cpu(Device{});
  FluxConfig config = small_flux();
  config.cache_threshold = 100;
  Drawing drawing;
  draw(cpu, *cpu.transformer(config), drawing);
  CHECK_THAT(drawing.description.find("\nskipped_steps=7") != std::string::npos,
             drawing.description);
}

CUDA_TEST(a_card_draws_what_the_cpu_draws) {
  Place gpu = card(), cpu(Device{});
  const Tensor expected = draw(cpu, *cpu.transformer(small_flux()));
  CHECK(near(draw(gpu, *gpu.transformer(small_flux())), expected, 1e-3));
  const auto in_bfloat16 = gpu.transformer(small_flux(), ScalarType::kBFloat16);
  CHECK(near(draw(gpu, *in_bfloat16), expected, 0.05));
}

CUDA_TEST(captured_steps_give_the_bits_of_plain_ones) {
  Place gpu = card();
  const auto network = gpu.transformer(small_flux(), ScalarType::kBFloat16);
  Drawing captured, plain;
  plain.interrupted = true;
  const Tensor expected = draw(gpu, *network, plain);
  CHECK(same_bits(draw(gpu, *network, captured), expected));
  CHECK_THAT(captured.description.find("graph_launches=5") != std::string::npos,
             captured.description);
  CHECK_THAT(plain.description.find("graph_launches=0") != std::string::npos, plain.description);
}

CUDA_TEST(both_attentions_of_a_card_agree) {
  Place gpu = card();
  FluxConfig config = small_flux();
  const Tensor expected = draw(gpu, *gpu.transformer(config));
  config.attention = AttentionWish::kOurs;
  CHECK(near(draw(gpu, *gpu.transformer(config)), expected, 1e-3));
}

CUDA_TEST(eight_bits_of_a_card_stay_near_the_exact_run_and_their_emulation) {
  Place gpu = card(), cpu(Device{});
  FluxConfig config = small_flux();
  const Tensor expected = draw(gpu, *gpu.transformer(config, ScalarType::kBFloat16));
  for (const Precision precision : {Precision::kFloat8, Precision::kInt8}) {
    config.precision = precision;
    const auto emulated = draw(cpu, *cpu.transformer(config, ScalarType::kBFloat16));
    const auto got = draw(gpu, *gpu.transformer(config, ScalarType::kBFloat16));
    CHECK(near(got, expected, 0.2) && near(got, emulated, 0.1));
  }
}

CUDA_TEST(a_card_decodes_and_encodes_what_the_cpu_does) {
  Place gpu = card(), cpu(Device{});
  const auto ours = autoencoder(cpu), cards = autoencoder(gpu);
  Recorder recorder;
  const Tensor latents = drawn({1, 6, 4, 4}, 5), image = drawn({1, 48, 32, 3}, 6);
  const DeviceSession::Guard guard(gpu.session);
  // LibTorch's convolutions of float32 round their operands to ten bits on cards.
  CHECK(near(cards->decode(latents.on(kCard), recorder).on({}), ours->decode(latents, recorder),
             1e-2));
  CHECK(near(cards->encode(image.on(kCard), recorder).mean.on({}),
             ours->encode(image, recorder).mean, 1e-2));
}

CUDA_TEST(a_card_encodes_prompts_as_the_cpu_does) {
  Place gpu = card(), cpu(Device{});
  const std::vector<int64_t> ids{3, 7, 1, 19, 0, 0};
  const auto embeds = [&](Place& place) {
    const T5Config config{32, 2, 16, 64, 2, 20, 32, 128, 1e-6};
    const auto t5 = place.build<T5Encoder>(
        [=](WeightMap& weights) { return T5Encoder(config, weights, ScalarType::kFloat32); });
    const DeviceSession::Guard guard(place.session);
    return t5->forward(ids.data(), 6).on({});
  };
  const auto pooled = [&](Place& place) {
    const ClipConfig config{32, 2, 2, 64, 20, 10, true, 19, 1e-5};
    const auto clip = place.build<ClipTextEncoder>(
        [=](WeightMap& weights) { return ClipTextEncoder(config, weights, ScalarType::kFloat32); });
    const DeviceSession::Guard guard(place.session);
    Recorder recorder;
    return clip->forward(ids.data(), 6, recorder).on({});
  };
  CHECK(near(embeds(gpu), embeds(cpu), 1e-3));
  CHECK(near(pooled(gpu), pooled(cpu), 1e-3));
}

}  // namespace
}  // namespace reflectionflow
