// Large images in parts: overlapping tiles of latents, decoded one by one and blended.
#pragma once

#include <functional>
#include <vector>

#include "torch/tensor.h"

namespace reflectionflow {

// Counted in latents, 8 pixels each. Up to `side` nothing is cut. The overlap is at most a third of
// it, so that no latent lies in three tiles of a row or a column.
struct Tiling {
  int64_t side = 256;
  int64_t overlap = 32;

  bool cuts(int64_t rows, int64_t columns) const { return rows > side || columns > side; }
};

struct TileSpan {
  int64_t first, count;
};

// Equal spans of at most tiling.side that cover 0 .. length, neighbours sharing at least
// tiling.overlap.
std::vector<TileSpan> spans_of(int64_t length, const Tiling& tiling);

// latents (1, h, w, C), contiguous, to an image (1, 8h, 8w, 3) in float32 where they lie. decode
// makes (1, 8a, 8b, 3) of a tile (1, a, b, C). Where tiles overlap, one fades into the next.
Tensor decode_tiles(const Tensor& latents, const Tiling& tiling,
                    const std::function<Tensor(const Tensor& tile)>& decode);

}  // namespace reflectionflow
