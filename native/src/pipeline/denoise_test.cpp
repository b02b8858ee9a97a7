// Whole runs: the same picture however its steps are taken, and on a card what the CPU computes.
#include "pipeline/denoise.h"

#include "common/check.h"
#include "pipeline/small_runs.h"
#include "torch/fake_cuda_runtime.h"

namespace reflectionflow {
namespace {

bool near(const Tensor& a, const Tensor& b, double tolerance) { return distance(a, b) < tolerance; }

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

// Handles that are made before its first step.
int64_t handles_of_begin(Place& place, const FluxTransformer& network, const Drawing& drawing) {
  const int64_t before = Tensor::handles_created();
  const SmallDrawing begun(place, network, drawing);
  return Tensor::handles_created() - before;
}

TEST(images_of_one_prompt_share_what_is_made_of_it) {
  Place cpu(Device{});
  const auto network = cpu.transformer(small_flux());
  for (const bool conditioned : {false, true}) {
    Drawing drawing;
    drawing.text = conditioned ? 30 : 10;
    drawing.conditioned = conditioned;
    drawing.image_guidance = 1.5f;
    const int64_t first = handles_of_begin(cpu, *network, drawing);
    drawing.noise = 7;
    const int64_t second = handles_of_begin(cpu, *network, drawing);
    CHECK_THAT(second < first, second << " handles after " << first);
  }
}

// Each of these differs from those before in what is made of the same text.
TEST(runs_of_one_prompt_give_the_bits_of_runs_of_their_own) {
  Place cpu(Device{});
  const auto network = cpu.transformer(small_flux());
  std::vector<Drawing> drawings(5);
  drawings[1].noise = 7;
  drawings[2].steps = drawings[3].steps = drawings[4].steps = 4;
  drawings[3].conditioned = drawings[4].conditioned = true;
  drawings[4].image_guidance = 1.5f;
  for (size_t i = 0; i < drawings.size(); ++i) {
    Place other(Device{});
    const Tensor expected = draw(other, *network, drawings[i]);
    drawings[i].text = 10;
    CHECK_THAT(same_bits(draw(cpu, *network, drawings[i]), expected), "drawing " << i);
  }
}

TEST(a_run_of_wrong_shapes_is_refused_before_anything_is_kept_for_it) {
  Place cpu(Device{});
  const auto network = cpu.transformer(small_flux());
  Drawing drawing;
  drawing.text = 10;
  drawing.conditioned = drawing.add_attention = true;
  const int64_t before = Tensor::handles_alive();
  CHECK_THROWS(Error, SmallDrawing(cpu, *network, drawing),
               "INVALID_ARGUMENT: added condition attention needs as many condition tokens as "
               "image tokens, 4 are not 20");
  CHECK(Tensor::handles_alive() == before);
}

// How often steps were captured, and launched as graphs; the stand-in computes captured steps only.
void check_captures(const Drawing& how, int captures, const char* launches,
                    const FluxConfig& config = small_flux()) {
  FakeCudaRuntime runtime;
  Place place(runtime);
  Drawing drawing = how;
  const auto network = place.transformer(config);
  draw(place, *network, drawing);
  CHECK_THAT(runtime.captures == captures, runtime.captures);
  CHECK_THAT(drawing.description.find(launches) != std::string::npos, drawing.description);
}

TEST(batches_are_captured_with_conditions_and_without) {
  for (const int64_t batch : {1, 2}) {
    for (const bool conditioned : {false, true}) {
      Drawing drawing;
      drawing.batch = batch;
      drawing.conditioned = conditioned;
      check_captures(drawing, 1, "graph_launches=5");
    }
  }
}

TEST(what_needs_the_host_or_other_memory_at_each_step_is_not_captured) {
  Drawing recording, guided;
  recording.recording = Recording::kStages;
  check_captures(recording, 0, "graph_launches=0");
  guided.conditioned = true;
  guided.image_guidance = 1.5f;
  check_captures(guided, 0, "graph_launches=0");
  FluxConfig cached = small_flux();
  cached.cache_threshold = 100;
  check_captures({}, 0, "graph_launches=0", cached);
}

CUDA_TEST(a_card_draws_what_the_cpu_draws) {
  Place gpu = card<kernels::Skipped>(), cpu(Device{});
  const Tensor expected = draw(cpu, *cpu.transformer(small_flux()));
  CHECK(near(draw(gpu, *gpu.transformer(small_flux())), expected, 1e-3));
  const auto in_bfloat16 = gpu.transformer(small_flux(), ScalarType::kBFloat16);
  CHECK(near(draw(gpu, *in_bfloat16), expected, 0.05));
}

CUDA_TEST(captured_steps_give_the_bits_of_plain_ones) {
  Place gpu = card<kernels::Skipped>();
  for (const bool conditioned : {false, true}) {
    for (const AttentionWish wish : {AttentionWish::kLibTorch, AttentionWish::kOurs}) {
      FluxConfig config = small_flux();
      config.attention = wish;
      const auto network = gpu.transformer(config, ScalarType::kBFloat16);
      Drawing captured, plain;
      captured.conditioned = plain.conditioned = conditioned;
      captured.batch = plain.batch = 2;
      plain.interrupted = true;
      const Tensor expected = draw(gpu, *network, plain);
      CHECK_THAT(same_bits(draw(gpu, *network, captured), expected), captured.description);
      CHECK_THAT(captured.description.find("graph_launches=5") != std::string::npos,
                 captured.description);
      CHECK_THAT(plain.description.find("graph_launches=0") != std::string::npos,
                 plain.description);
    }
  }
}

CUDA_TEST(both_attentions_of_a_card_agree) {
  Place gpu = card<kernels::Skipped>();
  FluxConfig config = small_flux();
  const Tensor expected = draw(gpu, *gpu.transformer(config));
  config.attention = AttentionWish::kOurs;
  CHECK(near(draw(gpu, *gpu.transformer(config)), expected, 1e-3));
}

CUDA_TEST(eight_bits_of_a_card_stay_near_the_exact_run_and_their_emulation) {
  Place gpu = card<kernels::Skipped>(), cpu(Device{});
  FluxConfig config = small_flux();
  const Tensor expected = draw(gpu, *gpu.transformer(config, ScalarType::kBFloat16));
  const CudaRuntime::Card type = gpu.session.runtime()->card(kCard.index);
  for (const Precision precision : {Precision::kFloat8, Precision::kInt8}) {
    if (precision == Precision::kFloat8 && 10 * type.major + type.minor < 89) continue;
    config.precision = precision;
    const auto emulated = draw(cpu, *cpu.transformer(config, ScalarType::kBFloat16));
    const auto got = draw(gpu, *gpu.transformer(config, ScalarType::kBFloat16));
    CHECK(near(got, expected, 0.2) && near(got, emulated, 0.1));
  }
}

CUDA_TEST(a_card_decodes_and_encodes_what_the_cpu_does) {
  Place gpu = card<kernels::Skipped>(), cpu(Device{});
  const auto ours = small_autoencoder(cpu), cards = small_autoencoder(gpu);
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
  Place gpu = card<kernels::Skipped>(), cpu(Device{});
  CHECK(near(t5_embeds(gpu), t5_embeds(cpu), 1e-3));
  CHECK(near(clip_pooled(gpu), clip_pooled(cpu), 1e-3));
}

}  // namespace
}  // namespace reflectionflow
