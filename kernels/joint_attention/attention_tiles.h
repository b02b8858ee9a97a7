// How the CUDA kernels cut attention into tiles: queries of one group against keys of one group.
//
// A tile never straddles two groups. The bias is then one number for the whole tile, a group that a
// query may not see is skipped instead of masked (what it holds, NaN included, is never read), and
// only the last tile of a group has keys to mask. The price is one partial tile for each group, and
// none at all for FLUX, whose 512 text, 4096 image and 1024 condition tokens are multiples of 128.
//
// The kernels walk the tiles with these functions and nothing else; tests walk them on the host.
#pragma once

#include <cmath>

#include "common/host_device.h"
#include "common/kernel.h"

namespace reflectionflow::kernels {

// Rows of one group's output.
struct AttentionOutput {
  void* data = nullptr;
  int64_t batch_stride = 0;  // elements
  int64_t row_stride = 0;
};

// JointAttention in the units of the inner loop: logits carry a factor log2(e), because the
// hardware raises 2 to a power.
struct AttentionShape {
  int planes = 0;  // B*H
  int heads = 0;
  int head_size = 0;
  int sequence = 0;  // S
  int groups = 0;
  int tokens[kMaxRowGroups] = {};
  float scale = 0;                                // times log2(e)
  float bias[kMaxRowGroups][kMaxRowGroups] = {};  // times log2(e)
};

struct TileOfQueries {
  int plane = 0;
  int group = 0;
  int first = 0;  // within the group
  int rows = 0;   // at least 1; the rest of the tile is padding
};

struct TileOfKeys {
  int group = 0;
  int first = 0;  // within the group
  int keys = 0;   // at least 1; the rest of the tile is padding
  float bias = 0;
};

HOST_DEVICE constexpr int tiles_for(int tokens, int tile) { return (tokens + tile - 1) / tile; }

// Tokens before the group's first.
HOST_DEVICE int start_of(const AttentionShape& shape, int group) {
  int start = 0;
  for (int g = 0; g < group; ++g) start += shape.tokens[g];
  return start;
}

// Tiles of queries in one plane.
HOST_DEVICE int query_tiles(const AttentionShape& shape, int tile) {
  int tiles = 0;
  for (int g = 0; g < shape.groups; ++g) tiles += tiles_for(shape.tokens[g], tile);
  return tiles;
}

// The index-th of planes * query_tiles(). Neighbours share a plane, and so its keys and values in
// the second-level cache.
HOST_DEVICE TileOfQueries query_tile(const AttentionShape& shape, int index, int tile) {
  const int tiles = query_tiles(shape, tile);
  TileOfQueries found;
  found.plane = index / tiles;
  int left = index - found.plane * tiles;
  while (left >= tiles_for(shape.tokens[found.group], tile))
    left -= tiles_for(shape.tokens[found.group++], tile);
  found.first = left * tile;
  const int rest = shape.tokens[found.group] - found.first;
  found.rows = rest < tile ? rest : tile;
  return found;
}

HOST_DEVICE bool sees(const AttentionShape& shape, int query_group, int key_group) {
  return shape.tokens[key_group] > 0 && shape.bias[query_group][key_group] > -INFINITY;
}

// Tiles of keys that the group's queries see.
HOST_DEVICE int key_tiles(const AttentionShape& shape, int query_group, int tile) {
  int tiles = 0;
  for (int g = 0; g < shape.groups; ++g)
    if (sees(shape, query_group, g)) tiles += tiles_for(shape.tokens[g], tile);
  return tiles;
}

// The index-th of key_tiles().
HOST_DEVICE TileOfKeys key_tile(const AttentionShape& shape, int query_group, int index, int tile) {
  TileOfKeys found;
  for (int left = index;; ++found.group) {
    if (!sees(shape, query_group, found.group)) continue;
    const int tiles = tiles_for(shape.tokens[found.group], tile);
    if (left < tiles) {
      found.first = left * tile;
      break;
    }
    left -= tiles;
  }
  const int rest = shape.tokens[found.group] - found.first;
  found.keys = rest < tile ? rest : tile;
  found.bias = shape.bias[query_group][found.group];
  return found;
}

}  // namespace reflectionflow::kernels
