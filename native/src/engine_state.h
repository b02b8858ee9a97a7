// What an Engine owns: files, networks and whatever handles stand for.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <new>
#include <string>
#include <utility>

#include "engine.h"
#include "engine_config.h"
#include "error.h"
#include "mapped_file.h"
#include "pipeline/denoise.h"
#include "resident.h"
#include "torch/device_session.h"
#include "torch/threads.h"

namespace reflectionflow {

struct Networks {
  Networks(const EngineConfig& config, WeightMap& weights)
      : clip(weights, "clip.", maker<ClipTextEncoder>(config.clip, config.type),
             !config.leaves(config.offload_text)),
        t5(weights, "t5.", t5_maker(config), true),
        transformer(config.transformer, weights, config.type),
        vae(weights, "vae.", maker<AutoencoderKl>(config.vae, config.type),
            !config.leaves(config.offload_vae)) {}

  template <typename Network, typename Config>
  static typename Resident<Network>::Make maker(const Config& config, ScalarType type) {
    return [config, type](WeightMap& weights) { return Network(config, weights, type); };
  }

  // Blocks of an encoder that leaves come one at a time: all together hardly fit beside the
  // transformer.
  static Resident<T5Encoder>::Make t5_maker(const EngineConfig& config) {
    const bool leaves = config.leaves(config.offload_text);
    return [make = maker<T5Encoder>(config.t5, config.type), leaves](WeightMap& weights) {
      if (leaves) weights.keep_late_on_host();
      return make(weights);
    };
  }

  Resident<ClipTextEncoder> clip;
  Resident<T5Encoder> t5;
  FluxTransformer transformer;
  Resident<AutoencoderKl> vae;
};

// Adds the time that it lives to a sum.
struct Stopwatch {
  using Clock = std::chrono::steady_clock;
  ~Stopwatch() { sum += Clock::now() - start; }

  std::chrono::nanoseconds& sum;
  Clock::time_point start = Clock::now();
};

// LibTorch's gradients belong to the calling thread, which may be training something else.
struct NoGradients {
  NoGradients() { aoti_torch_grad_mode_set_enabled(false); }
  ~NoGradients() { aoti_torch_grad_mode_set_enabled(before); }

  const bool before = aoti_torch_grad_mode_is_enabled();
};

// Members die last to first: runs before the networks they refer to, weights before the files they
// lie in, all before the session they were computed in.
struct Engine::State {
  explicit State(const std::string& description)
      : config(description),
        session(config.device),
        weights(config.device.on_cuda()
                    ? WeightMap([this](const Tensor& host) { return session.place(host); })
                    : WeightMap()) {
    if (config.transformer.precision == Precision::kFloat8) session.require_float8();
    if (config.leaves(config.offload_modulation)) weights.keep_late_on_host();
  }

  // All computing goes through here, what is such as "decoding an image". OpenMP's number of
  // threads belongs to the calling thread; memory that C++ lacks is reported like memory that
  // LibTorch lacks.
  template <typename Body>
  auto compute(const char* what, const Body& body) const {
    const Stopwatch stopwatch{computing};
    const NoGradients guard;
    use_threads(config.threads);
    const DeviceSession::Guard on_device(session);
    try {
      return body();
    } catch (const std::bad_alloc&) {
      throw Error(ErrorCode::kOutOfMemory, "no memory is left for what the engine was asked to do");
    } catch (const Error& error) {
      if (!config.device.on_cuda() || error.code() == ErrorCode::kInvalidArgument ||
          error.code() == ErrorCode::kInvalidFile) {
        throw;
      }
      throw Error(error.code(), std::string(what) + ": " + error.reason() + session.memory_text());
    } catch (const std::runtime_error& error) {
      if (!config.device.on_cuda()) throw;
      throw Error(ErrorCode::kDevice,
                  std::string(what) + ": " + error.what() + session.memory_text());
    }
  }

  const Networks& loaded() const {
    if (!networks) throw Error(ErrorCode::kInternal, "the engine is used before load()");
    return *networks;
  }

  template <typename T>
  static T& find(std::map<int64_t, T>& objects, int64_t handle, const char* kind) {
    auto found = objects.find(handle);
    if (found == objects.end()) {
      throw Error(ErrorCode::kInternal,
                  std::string("no ") + kind + " has the handle " + std::to_string(handle));
    }
    return found->second;
  }
  Denoise& run(int64_t handle) { return *find(runs, handle, "run"); }
  MappedFile& file(int64_t handle) { return *find(files, handle, "file"); }

  // Takes an object in; its new handle.
  template <typename T>
  int64_t keep(std::map<int64_t, T>& objects, T object) {
    objects.emplace(next_handle, std::move(object));
    return next_handle++;
  }

  int64_t keep_text(TextConditioning text) {
    text.id = next_handle;
    return keep(texts, std::move(text));
  }

  const std::pair<std::string, Tensor>& record(int32_t index) const {
    return recorder.tensors().at(static_cast<size_t>(index));
  }

  EngineConfig config;
  DeviceSession session;
  std::map<int64_t, std::unique_ptr<MappedFile>> files;
  WeightMap weights;
  Recorder recorder;
  std::unique_ptr<Networks> networks;
  std::map<int64_t, TextConditioning> texts;
  PreparedPrompts prepared;
  std::map<int64_t, ImageConditioning> images;
  std::map<int64_t, std::unique_ptr<Denoise>> runs;
  int64_t next_handle = 1;
  mutable std::chrono::nanoseconds computing{0};
};

}  // namespace reflectionflow
