// A card's engine may follow one of the CPU's: LibTorch looks for its CUDA part once in a process,
// and nothing that the CPU's does makes it look before the library is there.
#include <dlfcn.h>

#include "common/check.h"
#include "pipeline/small_runs.h"
#include "pipeline/tiles.h"
#include "torch/ops.h"

// LibTorch's own calls of the function come here first, as it is in the program that they start
// in. What it returns is opaque to us.
extern "C" __attribute__((visibility("default"))) const void* find_cuda() asm(
    "_ZN2at6detail12getCUDAHooksEv");

namespace {
int looked = 0;
}

const void* find_cuda() {
  ++looked;
  static const auto find =
      reinterpret_cast<const void* (*)()>(dlsym(RTLD_NEXT, "_ZN2at6detail12getCUDAHooksEv"));
  return find();
}

namespace reflectionflow {
namespace {

// In one process and this order: what is found is found for good.
TEST(the_cpus_engine_does_not_make_libtorch_look_for_cuda) {
  Place cpu(Device{});
  Drawing drawing;
  drawing.conditioned = true;
  draw(cpu, *cpu.transformer(small_flux(), ScalarType::kBFloat16), drawing);
  for (const Precision precision : {Precision::kFloat8, Precision::kInt8}) {
    FluxConfig config = small_flux();
    config.precision = precision;
    config.cache_threshold = 0.1f;
    drawing.image_guidance += 0.5f;
    draw(cpu, *cpu.transformer(config, ScalarType::kBFloat16), drawing);
  }
  const auto autoencoder = small_autoencoder(cpu);
  Recorder recorder;
  autoencoder->decode(drawn({1, 6, 4, 4}, 5), recorder);
  autoencoder->encode(drawn({1, 48, 32, 3}, 6), recorder);
  decode_tiles(drawn({1, 13, 29, 4}, 3), {9, 3},
               [&](const Tensor& tile) { return autoencoder->decode(tile, recorder); });
  t5_embeds(cpu);
  clip_pooled(cpu);
  CHECK_THAT(looked == 0, looked);
}

TEST(libtorchs_convolution_on_the_cpu_does) {
  ops::convolution(drawn({1, 2, 4, 4}, 1), drawn({2, 2, 3, 3}, 2), {}, 1, 1);
  CHECK_THAT(looked > 0, looked);
}

CUDA_TEST(a_card_draws_after_the_cpu_did) {
  Place cpu(Device{});
  const Tensor expected = draw(cpu, *cpu.transformer(small_flux()));
  Place gpu = card<kernels::Skipped>();
  CHECK(distance(draw(gpu, *gpu.transformer(small_flux())), expected) < 1e-3);
}

}  // namespace
}  // namespace reflectionflow
