// Packing of latents on CUDA: how threads share the patches, the launch, and launchers for
// operations that are already checked.
#pragma once

#include "common/launch.h"
#include "latent_packing/latent_packing.h"

namespace reflectionflow::kernels {

// A tile is what one thread moves: so many channels of so many patches side by side that each
// access has V elements on both sides. Where channels are last these are V channels of one patch,
// else V / 4 channels of V / 2 patches; with V = 1, one channel of one patch by single elements.
struct PackingTile {
  int channels, patches;
};

HOST_DEVICE constexpr PackingTile packing_tile(bool channels_last, int vector) {
  if (vector == 1) return {1, 1};
  return channels_last ? PackingTile{vector, 1} : PackingTile{vector / 4, vector / 2};
}

// The shape, in the 32-bit numbers that the GPU divides quickly.
struct PackingShape {
  uint32_t channels, rows, columns;  // of patches
};

// The latents and tokens at which a tile begins, and the strides within it.
struct PackingPlace {
  int64_t latents, tokens;
  int64_t right, down, channel;  // between latents: to the right, below, to the next channel
  int64_t token;                 // between tokens of neighbouring patches
};

// Channels run fastest, so that a warp writes whole tokens; its latents come in pieces of 64 bytes.
HOST_DEVICE PackingPlace packing_place(const PackingShape& shape, uint32_t tile, bool channels_last,
                                       int vector) {
  const PackingTile of = packing_tile(channels_last, vector);
  const uint32_t channel_tiles = shape.channels / of.channels;
  const uint32_t column_tiles = shape.columns / of.patches;
  const int64_t c = int64_t{tile % channel_tiles} * of.channels;
  const uint32_t beyond = tile / channel_tiles;
  const int64_t j = int64_t{beyond % column_tiles} * of.patches;
  const int64_t row = beyond / column_tiles;  // of patches, in all samples
  const int64_t b = row / shape.rows, i = row % shape.rows;
  const int64_t channels = shape.channels, width = 2 * int64_t{shape.columns};
  const int64_t plane = 2 * int64_t{shape.rows} * width;
  PackingPlace place;
  place.tokens = ((row * shape.columns) + j) * 4 * channels + 4 * c;
  place.token = 4 * channels;
  place.right = channels_last ? channels : 1;
  place.down = width * place.right;
  place.channel = channels_last ? 1 : plane;
  place.latents =
      b * channels * plane + 2 * i * place.down + 2 * j * place.right + c * place.channel;
  return place;
}

// Within a tile: accesses to each side, where each lies, and which element of which access to the
// latents is element e of access n to the tokens. A token has four values of each channel: corner
// 2 dy + dx of its patch.
struct PackingElement {
  int access, element;
};

HOST_DEVICE constexpr bool by_corners(bool channels_last, int vector) {
  return channels_last || vector == 1;
}

HOST_DEVICE constexpr int packing_accesses(bool channels_last, int vector) {
  return by_corners(channels_last, vector) ? 4 : vector / 2;
}

// Of the latents: a corner of all channels, or a row of all patches of a channel.
HOST_DEVICE int64_t latent_access(const PackingPlace& place, bool channels_last, int vector,
                                  int n) {
  if (by_corners(channels_last, vector)) return n / 2 * place.down + n % 2 * place.right;
  return n / 2 * place.channel + n % 2 * place.down;
}

// Of the tokens: a piece of one token, or the tile's part of token n.
HOST_DEVICE int64_t token_access(const PackingPlace& place, bool channels_last, int vector, int n) {
  return by_corners(channels_last, vector) ? n * vector : n * place.token;
}

HOST_DEVICE constexpr PackingElement latent_of_token(bool channels_last, int vector, int n, int e) {
  if (by_corners(channels_last, vector)) return {(n * vector + e) % 4, (n * vector + e) / 4};
  return {e / 2, 2 * n + e % 2};
}

struct PackingLaunch : LaunchPlan {
  int64_t tiles = 0;
  PackingShape shape;
};

constexpr int kPackingThreads = 128;  // small: a megapixel's latents are few tiles

inline PackingLaunch latent_packing_launch(const LatentPacking& op) {
  PackingLaunch plan;
  plan.shape = {static_cast<uint32_t>(op.channels), static_cast<uint32_t>(op.height / 2),
                static_cast<uint32_t>(op.width / 2)};
  plan.vector = vector_of(op.dtype, {op.in, op.out}, {});
  PackingTile tile = packing_tile(op.channels_last, static_cast<int>(plan.vector));
  if (op.channels % tile.channels != 0 || plan.shape.columns % tile.patches != 0) {
    plan.vector = 1;
    tile = packing_tile(op.channels_last, 1);
  }
  plan.tiles = op.batch * (op.channels / tile.channels) * plan.shape.rows *
               (plan.shape.columns / tile.patches);
  plan.threads = kPackingThreads;
  plan.grid_x = ceil_div(plan.tiles, plan.threads);
  return plan;
}

// Both throw std::runtime_error where CUDA refuses the launch.
void pack_latents_cuda(const LatentPacking& op, Stream stream);
void unpack_latents_cuda(const LatentPacking& op, Stream stream);

}  // namespace reflectionflow::kernels
