// engine.h in terms of the pipeline.
#include "engine.h"

#include <cstring>
#include <vector>

#include "engine_state.h"
#include "models/random_weight.h"
#include "pipeline/decode.h"
#include "torch/version.h"

namespace reflectionflow {
namespace {

ScalarType stored_type(const std::string& name) {
  for (ScalarType type : {ScalarType::kFloat32, ScalarType::kBFloat16, ScalarType::kFloat16}) {
    if (name == name_of(type)) return type;
  }
  invalid_file("weights of type " + name + " are not supported");
}

// float32 values of the caller's as a tensor where and in what type the engine computes.
Tensor copy_of(const float* values, const Shape& sizes, const EngineConfig& config) {
  return Tensor::from_blob(const_cast<float*>(values), sizes, ScalarType::kFloat32)
      .on(config.device)
      .to(config.type);
}

void check_sides(int64_t width, int64_t height, int64_t multiple) {
  if (width <= 0 || height <= 0 || width % multiple != 0 || height % multiple != 0) {
    invalid_argument("the size " + std::to_string(width) + "x" + std::to_string(height) +
                     " is not in multiples of " + std::to_string(multiple));
  }
}

DenoiseSettings denoise_settings(const RunSettings& settings) {
  check_sides(settings.width, settings.height, 16);
  if (settings.batch < 1 || settings.steps < 1) {
    invalid_argument("a run of " + std::to_string(settings.batch) + " images in " +
                     std::to_string(settings.steps) + " steps");
  }
  DenoiseSettings denoise;
  denoise.batch = settings.batch;
  denoise.steps = settings.steps;
  denoise.latent_rows = settings.height / 8;
  denoise.latent_columns = settings.width / 8;
  denoise.adapters_on_latents = settings.adapters_on_latents;
  denoise.condition_scale = settings.condition_scale;
  denoise.condition_timestep = settings.condition_timestep;
  denoise.condition_column_shift = settings.condition_column_shift;
  denoise.union_attention = settings.union_attention;
  denoise.add_attention = settings.add_attention;
  denoise.image_guidance = settings.image_guidance;
  return denoise;
}

}  // namespace

Engine::Engine(const std::string& description) {
  check_version(aoti_torch_abi_version());
  state_ = std::make_unique<State>(description);
}

Engine::~Engine() = default;

int64_t Engine::map_file(const std::string& path) {
  return state_->keep(state_->files, std::make_unique<MappedFile>(path));
}

void Engine::add_weight(const std::string& name, const std::string& type, const int64_t* sizes,
                        int32_t rank, int64_t file, int64_t offset) {
  const Shape shape(sizes, rank);
  const ScalarType stored = stored_type(type);
  int64_t bytes = 0;
  if (__builtin_mul_overflow(shape.count(), size_of(stored), &bytes)) {
    invalid_file("the weight " + name + " of the sizes " + shape.to_string() + " is too large");
  }
  state_->weights.put(name, stored_weight(state_->file(file).at(offset, bytes), shape, stored));
}

void Engine::add_random_weight(const std::string& name, const int64_t* sizes, int32_t rank,
                               float mean, float deviation) {
  state_->compute("making random weights", [&] {
    state_->weights.put(
        name, random_weight(name, Shape(sizes, rank), state_->config.type, mean, deviation));
  });
}

void Engine::add_adapter(const std::string& layer, const std::string& a, const std::string& b,
                         double scale) {
  state_->weights.put_adapter(layer, {state_->weights.take(a), state_->weights.take(b), scale});
}

void Engine::load() {
  // Runs refer to the networks, which therefore never change.
  if (state_->networks) throw Error(ErrorCode::kInternal, "the engine is loaded twice");
  state_->networks = state_->compute("loading the weights", [&] {
    auto networks = std::make_unique<Networks>(state_->config, state_->weights);
    const std::string left_over = state_->weights.left_over();
    if (!left_over.empty()) invalid_file("the model has no use for " + left_over);
    const EngineConfig& config = state_->config;
    if (!config.offload_text && !config.offload_vae && !config.offload_modulation) {
      state_->session.end_placing();
    }
    return networks;
  });
}

int64_t Engine::encode_text(const int64_t* clip_ids, int32_t clip_tokens, const int64_t* t5_ids,
                            int32_t t5_tokens) {
  return state_->compute("encoding a prompt", [&] {
    const Networks& networks = state_->loaded();
    TextConditioning text;
    networks.clip.with([&](const ClipTextEncoder& clip) {
      text.pooled_projections = clip.forward(clip_ids, clip_tokens, state_->recorder);
    });
    networks.t5.with(
        [&](const T5Encoder& t5) { text.prompt_embeds = embed_prompt(t5, t5_ids, t5_tokens); });
    record_text(text, state_->recorder);
    return state_->keep_text(std::move(text));
  });
}

int64_t Engine::put_text(const float* prompt_embeds, int32_t tokens,
                         const float* pooled_projections) {
  if (tokens < 1) invalid_argument("a prompt of " + std::to_string(tokens) + " tokens");
  const FluxConfig& flux = state_->config.transformer;
  return state_->compute("taking a prompt's conditioning", [&] {
    return state_->keep_text({copy_of(prompt_embeds, {tokens, flux.text_width}, state_->config),
                              copy_of(pooled_projections, {1, flux.pooled_width}, state_->config)});
  });
}

int64_t Engine::encode_image(const float* image, int32_t width, int32_t height,
                             const float* noise) {
  check_sides(width, height, 8);
  return state_->compute("encoding a condition image", [&] {
    return state_->loaded().vae.with([&](const AutoencoderKl& vae) {
      return state_->keep(state_->images,
                          reflectionflow::encode_image(vae, state_->config.type, image, width,
                                                       height, noise, state_->recorder));
    });
  });
}

int64_t Engine::begin(const RunSettings& settings, const int64_t* texts, const int64_t* conditions,
                      const float* noise, const float* sigmas, const float* guidance) {
  const DenoiseSettings denoise = denoise_settings(settings);
  return state_->compute("preparing a run", [&] {
    std::vector<const TextConditioning*> prompts;
    std::vector<const ImageConditioning*> images;
    for (int32_t b = 0; b < settings.batch; ++b) {
      prompts.push_back(&State::find(state_->texts, texts[b], "text"));
      if (conditions) images.push_back(&State::find(state_->images, conditions[b], "condition"));
    }
    return state_->keep(state_->runs,
                        std::make_unique<Denoise>(state_->loaded().transformer, state_->session,
                                                  denoise, prompts, images, noise, sigmas, guidance,
                                                  state_->prepared, state_->recorder));
  });
}

bool Engine::step(int64_t run) {
  return state_->compute("a denoising step", [&] { return state_->run(run).step(); });
}

void Engine::preview(int64_t run, uint8_t* rgb) {
  state_->compute("decoding a preview", [&] {
    const Denoise& denoise = state_->run(run);
    const DenoiseSettings& settings = denoise.settings();
    const Tensor estimate = denoise.estimate();
    Recorder silent;
    state_->loaded().vae.with([&](const AutoencoderKl& vae) {
      decode_packed(vae, estimate, settings.batch, settings.latent_rows, settings.latent_columns,
                    rgb, silent);
    });
  });
}

void Engine::decode(int64_t run, uint8_t* rgb) {
  state_->compute("decoding an image", [&] {
    const Denoise& denoise = state_->run(run);
    const DenoiseSettings& settings = denoise.settings();
    state_->loaded().vae.with([&](const AutoencoderKl& vae) {
      decode_packed(vae, denoise.latents(), settings.batch, settings.latent_rows,
                    settings.latent_columns, rgb, state_->recorder);
    });
  });
}

void Engine::decode_latents(const float* latents, int32_t width, int32_t height, uint8_t* rgb) {
  check_sides(width, height, 8);
  state_->compute("decoding latents", [&] {
    const int64_t channels = state_->config.vae.latent_channels;
    const Tensor first = copy_of(latents, {1, channels, height / 8, width / 8}, state_->config);
    const Shape last{1, height / 8, width / 8, channels};
    const Tensor channels_last =
        first.view(last, {first.strides()[0], first.strides()[2], 1, first.strides()[1]})
            .contiguous();
    state_->loaded().vae.with([&](const AutoencoderKl& vae) {
      reflectionflow::decode_latents(vae, channels_last, rgb, state_->recorder);
    });
  });
}

std::string Engine::describe_run(int64_t run) { return state_->run(run).describe(); }

void Engine::release(int64_t handle) {
  state_->compute("giving memory back", [&] {
    state_->texts.erase(handle);
    state_->prepared.forget(handle);
    state_->images.erase(handle);
    state_->runs.erase(handle);
  });
}

int64_t Engine::compute_nanos() { return state_->computing.count(); }

void Engine::record(int32_t level) { state_->recorder.start(static_cast<Recording>(level)); }

int32_t Engine::recorded() { return static_cast<int32_t>(state_->recorder.tensors().size()); }

std::string Engine::recorded_name(int32_t index) { return state_->record(index).first; }

std::string Engine::recorded_type(int32_t index) {
  return name_of(state_->record(index).second.type());
}

int32_t Engine::recorded_rank(int32_t index) {
  return static_cast<int32_t>(state_->record(index).second.sizes().rank());
}

int64_t Engine::recorded_size(int32_t index, int32_t dimension) {
  return state_->record(index).second.size(dimension);
}

void Engine::read_recorded(int32_t index, uint8_t* bytes) {
  const Tensor& tensor = state_->record(index).second;
  std::memcpy(bytes, tensor.data(), static_cast<size_t>(tensor.count() * size_of(tensor.type())));
}

}  // namespace reflectionflow
