// The transformer and its steps for the GPU bench, on weights and inputs that lie in PyTorch's
// memory.
//
// Whoever calls waits for the device first: what PyTorch has enqueued is in another stream.
#include "gpu/engine_functions.h"
#include "torch/ops.h"

namespace reflectionflow::bench {
namespace {

struct StepEngine {
  explicit StepEngine(const std::string& description)
      : config(description), session(config.device) {
    if (config.transformer.precision == Precision::kFloat8) session.require_float8();
  }

  template <typename Body>
  auto compute(const Body& body) const {
    const NoGradients no_gradients;
    use_threads(config.threads);
    const DeviceSession::Guard on_device(session);
    return body();
  }

  Tensor borrow(const void* data, const Shape& sizes) const {
    return borrowed(data, sizes, config.type, config.device);
  }

  EngineConfig config;
  DeviceSession session;
  PreparedPrompts prepared;  // keeps nothing: these texts have no ids
  WeightMap weights;  // where the networks compute already
  std::unique_ptr<FluxTransformer> transformer;
};

struct StepRun {
  StepEngine& engine;
  Recorder recorder;
  std::unique_ptr<Denoise> denoise;
};

// As ctypes lays it out.
struct StepInputs {
  int64_t batch, steps, latent_rows, latent_columns, text_tokens;
  int64_t condition_rows, condition_columns;  // of tokens; 0 without a condition
  const void* prompt_embeds;                  // (B, S_txt, W)
  const void* pooled;                         // (B, P)
  const void* condition;                      // (B, S_cond, C) or null
  const float* noise;                         // (B, channels, rows, columns) on the host
  const float* sigmas;                        // (steps + 1, B) on the host
  const float* guidance;                      // (B) on the host
  int64_t recorded;                           // the stages are kept, and so no graphs made

  DenoiseSettings settings() const {
    DenoiseSettings settings;
    settings.batch = batch;
    settings.steps = steps;
    settings.latent_rows = latent_rows;
    settings.latent_columns = latent_columns;
    settings.adapters_on_latents = false;
    settings.condition_column_shift = -condition_columns;
    return settings;
  }
};

const void* sample_of(const void* data, int64_t index, const Shape& sizes, ScalarType type) {
  return static_cast<const char*>(data) + index * sizes.count() * size_of(type);
}

std::vector<TextConditioning> texts_of(const StepEngine& engine, const StepInputs& inputs) {
  const FluxConfig& network = engine.config.transformer;
  const Shape embeds{inputs.text_tokens, network.text_width}, pooled{1, network.pooled_width};
  std::vector<TextConditioning> texts;
  for (int64_t b = 0; b < inputs.batch; ++b) {
    texts.push_back(
        {engine.borrow(sample_of(inputs.prompt_embeds, b, embeds, engine.config.type), embeds),
         engine.borrow(sample_of(inputs.pooled, b, pooled, engine.config.type), pooled)});
  }
  return texts;
}

std::vector<ImageConditioning> images_of(const StepEngine& engine, const StepInputs& inputs) {
  const Shape tokens{inputs.condition_rows * inputs.condition_columns,
                     engine.config.transformer.channels};
  std::vector<ImageConditioning> images;
  for (int64_t b = 0; inputs.condition && b < inputs.batch; ++b) {
    images.push_back(
        {engine.borrow(sample_of(inputs.condition, b, tokens, engine.config.type), tokens),
         inputs.condition_rows, inputs.condition_columns});
  }
  return images;
}

template <typename T>
std::vector<const T*> addresses(const std::vector<T>& objects) {
  std::vector<const T*> found;
  for (const T& object : objects) found.push_back(&object);
  return found;
}

std::unique_ptr<StepRun> started(StepEngine& engine, const StepInputs& inputs) {
  std::unique_ptr<StepRun> run(new StepRun{engine, {}, {}});
  if (inputs.recorded) run->recorder.start(Recording::kStages);
  engine.compute([&] {
    const auto texts = texts_of(engine, inputs);
    const auto images = images_of(engine, inputs);
    run->denoise = std::make_unique<Denoise>(
        *engine.transformer, engine.session, inputs.settings(), addresses(texts), addresses(images),
        inputs.noise, inputs.sigmas, inputs.guidance, engine.prepared, run->recorder);
  });
  return run;
}

const Tensor& recorded(const Recorder& recorder, const std::string& name) {
  for (const auto& [found, tensor] : recorder.tensors()) {
    if (found == name) return tensor;
  }
  invalid_argument("nothing is recorded as " + name);
}

void copy_out(const Tensor& from, void* out) {
  Tensor target = borrowed(out, from.sizes(), from.type(), Device{});
  ops::copy(target, from);
}

}  // namespace
}  // namespace reflectionflow::bench

using namespace reflectionflow;
using namespace reflectionflow::bench;

// description: as EngineConfig reads it.
BENCH_STEP_FUNCTION(network_new, const char* description, int64_t* engine) {
  return refusal_of([&] { *engine = handle_of(std::make_unique<StepEngine>(description)); });
}

// A weight of the computing type where the engine computes.
BENCH_STEP_FUNCTION(network_weight, int64_t engine, const char* name, const void* data,
                    int64_t rank, const int64_t* sizes) {
  return refusal_of([&] {
    auto& at = object_of<StepEngine>(engine);
    at.weights.put(name, at.borrow(data, Shape(sizes, rank)));
  });
}

// a (rank, in), b (out, rank); copied when the network is built.
BENCH_STEP_FUNCTION(network_adapter, int64_t engine, const char* layer, const void* a,
                    const void* b, int64_t rank, int64_t in, int64_t out, double scale) {
  return refusal_of([&] {
    auto& at = object_of<StepEngine>(engine);
    at.weights.put_adapter(layer, {at.borrow(a, {rank, in}), at.borrow(b, {out, rank}), scale});
  });
}

BENCH_STEP_FUNCTION(network_build, int64_t engine) {
  return refusal_of([&] {
    auto& at = object_of<StepEngine>(engine);
    at.compute([&] {
      at.transformer =
          std::make_unique<FluxTransformer>(at.config.transformer, at.weights, at.config.type);
    });
    const std::string rest = at.weights.left_over();
    if (!rest.empty()) invalid_argument("the transformer has no use for " + rest);
  });
}

// Where the steps run.
extern "C" void* bench_step_network_stream(int64_t engine) {
  return object_of<StepEngine>(engine).session.stream();
}

extern "C" void bench_step_network_free(int64_t engine) { give_back<StepEngine>(engine); }

BENCH_STEP_FUNCTION(run_new, int64_t engine, const StepInputs* inputs, int64_t* run) {
  return refusal_of([&] { *run = handle_of(started(object_of<StepEngine>(engine), *inputs)); });
}

BENCH_STEP_FUNCTION(run_step, int64_t run) {
  return refusal_of([&] {
    auto& at = object_of<StepRun>(run);
    at.engine.compute([&] { at.denoise->step(); });
  });
}

// (B * S_img, C) to memory of the host's.
BENCH_STEP_FUNCTION(run_latents, int64_t run, void* out) {
  return refusal_of([&] {
    const auto& at = object_of<StepRun>(run);
    at.engine.compute([&] { copy_out(at.denoise->latents(), out); });
  });
}

// (B, S_img, C) to memory of the host's, of a run that records.
BENCH_STEP_FUNCTION(run_velocity, int64_t run, int64_t step, void* out) {
  return refusal_of([&] {
    const auto& at = object_of<StepRun>(run);
    copy_out(recorded(at.recorder, "step." + std::to_string(step) + ".velocity"), out);
  });
}

// Lines of "key=value"; lives until the thread's next call.
extern "C" const char* bench_step_run_describe(int64_t run) {
  static thread_local std::string text;
  text = object_of<StepRun>(run).denoise->describe();
  return text.c_str();
}

extern "C" void bench_step_run_free(int64_t run) { give_back<StepRun>(run); }

// out (M, N) = x (M, K) weight (N, K)^T + bias (N), as the engine's layers have it, in the stream
// that is the caller's.
BENCH_STEP_FUNCTION(product, void* out, const void* bias, const void* x, const void* weight,
                    int64_t m, int64_t n, int64_t k, int64_t type, int64_t card) {
  return refusal_of([&] {
    const NoGradients no_gradients;
    const auto kind = static_cast<ScalarType>(type);
    const Device device = card < 0 ? Device{} : Device{Device::Type::kCuda, int32_t(card)};
    Tensor result = borrowed(out, {m, n}, kind, device);
    ops::addmm(result, borrowed(bias, {n}, kind, device), borrowed(x, {m, k}, kind, device),
               borrowed(weight, {n, k}, kind, device).transposed());
  });
}

// Tensors of the engine's that are still there, in the whole process.
extern "C" int64_t bench_step_handles_alive() { return Tensor::handles_alive(); }
