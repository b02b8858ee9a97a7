// How threads share out the patches: every value from where the formula has it, every access whole
// and aligned.
#include <vector>

#include "common/launch_checks.h"
#include "latent_packing/latent_packing_cuda.h"
#include "latent_packing/latent_packing_ref.h"

namespace reflectionflow::kernels {
namespace {

alignas(16) char memory[32];

LatentPacking shape(DType dtype, int64_t channels, int64_t height, int64_t width, bool last) {
  LatentPacking op;
  op.dtype = dtype;
  op.batch = 2;
  op.channels = channels;
  op.height = height;
  op.width = width;
  op.channels_last = last;
  op.in = op.out = memory;
  return op;
}

// Walks as the kernel does, and notes for each element of the tokens where it lies in the latents.
std::vector<int64_t> latents_of_tokens(const LatentPacking& op, const PackingLaunch& plan) {
  const int vector = static_cast<int>(plan.vector);
  const int accesses = packing_accesses(op.channels_last, vector);
  std::vector<int64_t> latents(op.batch * op.channels * op.height * op.width, -1);
  for (int64_t tile = 0; tile < plan.tiles; ++tile) {
    const PackingPlace place = packing_place(plan.shape, tile, op.channels_last, vector);
    for (int n = 0; n < accesses; ++n) {
      const int64_t token = place.tokens + token_access(place, op.channels_last, vector, n);
      CHECK_THAT(token % vector == 0, "tokens at " << token << ": " << plan);
      for (int e = 0; e < vector; ++e) {
        const PackingElement from = latent_of_token(op.channels_last, vector, n, e);
        const int64_t latent =
            place.latents + latent_access(place, op.channels_last, vector, from.access);
        CHECK_THAT(latent % vector == 0, "latents at " << latent << ": " << plan);
        CHECK_THAT(latents.at(token + e) == -1, "token element " << token + e << " twice");
        latents.at(token + e) = latent + from.element;
      }
    }
  }
  return latents;
}

TEST(every_value_comes_from_where_the_formula_has_it) {
  for (const DType dtype : {DType::kFloat32, DType::kBFloat16}) {
    for (const bool last : {false, true}) {
      for (const LatentPacking& op : {shape(dtype, 1, 2, 2, last), shape(dtype, 5, 6, 14, last),
                                      shape(dtype, 16, 6, 24, last), shape(dtype, 16, 10, 4, last),
                                      shape(dtype, 8, 4, 16, last), shape(dtype, 2, 4, 8, last)}) {
        const PackingLaunch plan = latent_packing_launch(op);
        check_launchable(plan);
        CHECK(plan.grid_x * plan.threads >= plan.tiles);
        const std::vector<int64_t> latents = latents_of_tokens(op, plan);
        for (int64_t i = 0; i < static_cast<int64_t>(latents.size()); ++i)
          CHECK_THAT(latents[i] == latent_of_packed_ref(op, i), "element " << i << ": " << plan);
      }
    }
  }
}

TEST(accesses_are_wide_where_the_shape_allows) {
  CHECK(latent_packing_launch(shape(DType::kBFloat16, 16, 128, 128, false)).vector == 8);
  CHECK(latent_packing_launch(shape(DType::kBFloat16, 16, 128, 128, true)).vector == 8);
  CHECK(latent_packing_launch(shape(DType::kFloat32, 16, 128, 128, true)).vector == 4);
  CHECK(latent_packing_launch(shape(DType::kBFloat16, 16, 128, 124, false)).vector == 1);
  CHECK(latent_packing_launch(shape(DType::kBFloat16, 15, 128, 128, false)).vector == 1);
  CHECK(latent_packing_launch(shape(DType::kBFloat16, 12, 128, 128, true)).vector == 1);
  LatentPacking op = shape(DType::kBFloat16, 16, 128, 128, true);
  op.out = memory + 8;
  CHECK(latent_packing_launch(op).vector == 1);
}

}  // namespace
}  // namespace reflectionflow::kernels
