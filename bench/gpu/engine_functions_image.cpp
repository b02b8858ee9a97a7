// The engine as Java sees it (engine.h), for the GPU bench: one C function for each method that an
// image needs. An engine is the pointer that bench_engine_open gave.
#include "engine.h"
#include "gpu/c_functions.h"

using reflectionflow::Engine;
using reflectionflow::RunSettings;
using reflectionflow::bench::refusal_of;

// Every integer is an int64_t and every number a double, so that a caller has no types to declare;
// null, or why the engine refused.
#define ENGINE_FUNCTION(name, ...) extern "C" const char* bench_engine_##name(__VA_ARGS__)

ENGINE_FUNCTION(open, const char* description, Engine** opened) {
  return refusal_of([&] { *opened = new Engine(description); });
}

ENGINE_FUNCTION(close, Engine* engine) {
  return refusal_of([&] { delete engine; });
}

ENGINE_FUNCTION(add_random_weight, Engine* engine, const char* name, const int64_t* sizes,
                int64_t rank, double mean, double deviation) {
  return refusal_of([&] {
    engine->add_random_weight(name, sizes, static_cast<int32_t>(rank), static_cast<float>(mean),
                              static_cast<float>(deviation));
  });
}

ENGINE_FUNCTION(map_file, Engine* engine, const char* path, int64_t* file) {
  return refusal_of([&] { *file = engine->map_file(path); });
}

ENGINE_FUNCTION(add_weight, Engine* engine, const char* name, const char* type,
                const int64_t* sizes, int64_t rank, int64_t file, int64_t offset) {
  return refusal_of(
      [&] { engine->add_weight(name, type, sizes, static_cast<int32_t>(rank), file, offset); });
}

ENGINE_FUNCTION(load, Engine* engine) {
  return refusal_of([&] { engine->load(); });
}

ENGINE_FUNCTION(encode_text, Engine* engine, const int64_t* clip_ids, int64_t clip_tokens,
                const int64_t* t5_ids, int64_t t5_tokens, int64_t* text) {
  return refusal_of([&] {
    *text = engine->encode_text(clip_ids, static_cast<int32_t>(clip_tokens), t5_ids,
                                static_cast<int32_t>(t5_tokens));
  });
}

ENGINE_FUNCTION(put_text, Engine* engine, const float* prompt_embeds, int64_t tokens,
                const float* pooled_projections, int64_t* text) {
  return refusal_of([&] {
    *text = engine->put_text(prompt_embeds, static_cast<int32_t>(tokens), pooled_projections);
  });
}

// One image without a condition: noise (channels, height / 8, width / 8), sigmas (steps + 1).
ENGINE_FUNCTION(begin, Engine* engine, int64_t width, int64_t height, int64_t steps, int64_t text,
                const float* noise, const float* sigmas, double guidance, int64_t* run) {
  return refusal_of([&] {
    RunSettings settings;
    settings.width = static_cast<int32_t>(width);
    settings.height = static_cast<int32_t>(height);
    settings.steps = static_cast<int32_t>(steps);
    const auto of_image = static_cast<float>(guidance);
    *run = engine->begin(settings, &text, nullptr, noise, sigmas, &of_image);
  });
}

ENGINE_FUNCTION(step, Engine* engine, int64_t run) {
  return refusal_of([&] { engine->step(run); });
}

ENGINE_FUNCTION(decode, Engine* engine, int64_t run, uint8_t* rgb) {
  return refusal_of([&] { engine->decode(run, rgb); });
}

ENGINE_FUNCTION(release, Engine* engine, int64_t handle) {
  return refusal_of([&] { engine->release(handle); });
}

// The description lives until the thread's next call.
ENGINE_FUNCTION(describe_run, Engine* engine, int64_t run, const char** description) {
  static thread_local std::string text;
  return refusal_of([&] {
    text = engine->describe_run(run);
    *description = text.c_str();
  });
}

extern "C" int64_t bench_engine_handles_alive() { return Engine::handles_alive(); }
