// Tiles cover an image, overlap enough, and leave no trace where decoding a part is decoding a part
// of the whole.
#include "pipeline/tiles.h"

#include <cmath>
#include <string>

#include "common/check.h"
#include "pipeline/small_runs.h"

namespace reflectionflow {
namespace {

void check_spans(int64_t length, const Tiling& tiling) {
  const std::vector<TileSpan> spans = spans_of(length, tiling);
  const auto where = [&] {
    return std::to_string(length) + " by " + std::to_string(tiling.side) + ", " +
           std::to_string(tiling.overlap);
  };
  CHECK(spans.front().first == 0);
  CHECK_THAT(spans.back().first + spans.back().count == length, where());
  CHECK_THAT((spans.size() == 1) == (length <= tiling.side), where());
  for (size_t i = 0; i < spans.size(); ++i) {
    CHECK_THAT(spans[i].count <= tiling.side && spans[i].count == spans[0].count, where());
    if (i == 0) continue;
    CHECK_THAT(spans[i - 1].first + spans[i - 1].count - spans[i].first >= tiling.overlap, where());
    if (i > 1)  // no pixel in three spans, or weights would not sum to one
      CHECK_THAT(spans[i - 2].first + spans[i - 2].count <= spans[i].first, where());
  }
}

TEST(spans_cover_the_length_with_their_overlap) {
  for (const Tiling& tiling :
       {Tiling{}, Tiling{3, 1}, Tiling{9, 3}, Tiling{16, 0}, Tiling{16, 5}}) {
    for (int64_t length = 1; length < 12 * tiling.side; ++length) check_spans(length, tiling);
  }
}

TEST(only_what_is_longer_than_a_side_is_cut) {
  const Tiling tiling;
  CHECK(!tiling.cuts(256, 256));
  CHECK(tiling.cuts(257, 16));
  CHECK(tiling.cuts(16, 257));
}

// Eight by eight pixels of each latent's first three channels.
Tensor repeat(const Tensor& latents) {
  Tensor image =
      Tensor::empty({1, 8 * latents.size(1), 8 * latents.size(2), 3}, ScalarType::kFloat32);
  const int64_t width = image.size(2), channels = latents.size(3);
  for (int64_t i = 0; i < image.count(); ++i) {
    const int64_t y = i / 3 / width, x = i / 3 % width;
    image.as<float>()[i] =
        latents.as<float>()[(y / 8 * latents.size(2) + x / 8) * channels + i % 3];
  }
  return image;
}

void check_local_decoder(const Device& device) {
  Tensor latents = Tensor::empty({1, 13, 29, 5}, ScalarType::kFloat32);
  for (int64_t i = 0; i < latents.count(); ++i)
    latents.as<float>()[i] = std::sin(static_cast<float>(i));
  int tiles = 0;
  const Tensor parts = decode_tiles(latents.on(device), {9, 3}, [&](const Tensor& tile) {
                         ++tiles;
                         return repeat(tile.on({})).on(device);
                       }).on({});
  const Tensor whole = repeat(latents);
  CHECK_THAT(tiles == 2 * 5, tiles);
  CHECK(parts.sizes() == whole.sizes());
  for (int64_t i = 0; i < whole.count(); ++i)
    CHECK_THAT(std::fabs(parts.as<float>()[i] - whole.as<float>()[i]) < 1e-6f, i);
}

TEST(tiles_of_a_local_decoder_leave_no_trace) { check_local_decoder({}); }

CUDA_TEST(tiles_leave_no_trace_on_a_card) {
  Place gpu = card<kernels::Skipped>();
  const DeviceSession::Guard guard(gpu.session);
  check_local_decoder(kCard);
}

}  // namespace
}  // namespace reflectionflow
