// What the paths of the convolution share: one tile of output pixels is one task, done by one
// thread on a padded copy of the pixels that it sees.
#pragma once

#include "convolution/convolution.h"

namespace reflectionflow::kernels {

// Output channels that go side by side, packed in multiples of kUnit.
constexpr int64_t kPanel = 64;
constexpr int64_t kUnit = 16;
constexpr int kGroup = 6;  // pixels that go through registers together

// The copy must stay in the second-level cache beside a panel of weights.
constexpr int64_t kPatchBytes = 160 << 10;

// Output pixels [row, row + rows) x [column, column + columns) of one image.
struct PixelTile {
  int64_t b, row, rows, column, columns;
};

// A tile's input pixels, out-of-image ones zero: (rows, columns, channels) of `element` bytes.
struct Patch {
  int64_t rows, columns;
  int64_t channels;  // in 32-bit steps of the path: pairs of bfloat16, or floats
  alignas(64) char data[kPatchBytes];

  int64_t pixel_bytes() const { return 4 * channels; }
  int64_t row_bytes() const { return columns * pixel_bytes(); }
};

// Neighbouring pixels of a tile, the last one again and again where the tile ends.
struct PixelGroup {
  const char* input[kGroup];  // the patch's first pixel that each one sees
  int64_t output[kGroup];     // elements from op.out
  int64_t count;
};

using ConvolveTile = void (*)(const Convolution& op, const PixelTile& tile);

void convolve_portable(const Convolution& op, const PixelTile& tile);
void convolve_avx2(const Convolution& op, const PixelTile& tile);
void convolve_avx512(const Convolution& op, const PixelTile& tile);
void convolve_avx512_bf16(const Convolution& op, const PixelTile& tile);

// Channels of a pixel in 32-bit steps.
inline int64_t channel_steps(const ConvolutionFilter& filter, ConvolutionPath path) {
  return path == ConvolutionPath::kAvx512Bf16 ? (filter.in_channels + 1) / 2 : filter.in_channels;
}

// Channels in the panel that begins at `first`, with those that fill up the last unit.
inline int64_t panel_width(const ConvolutionFilter& filter, int64_t first) {
  const int64_t left = (filter.out_channels - first + kUnit - 1) / kUnit * kUnit;
  return left < kPanel ? left : kPanel;
}

inline PixelGroup find_group(const Convolution& op, const PixelTile& tile, const Patch& patch,
                             int64_t first) {
  PixelGroup group;
  const int64_t pixels = tile.rows * tile.columns;
  group.count = pixels - first < kGroup ? pixels - first : kGroup;
  for (int64_t i = 0; i < kGroup; ++i) {
    const int64_t pixel = first + i < pixels ? first + i : pixels - 1;
    const int64_t row = pixel / tile.columns, column = pixel % tile.columns;
    group.input[i] =
        patch.data + op.stride * (row * patch.row_bytes() + column * patch.pixel_bytes());
    group.output[i] = tile.b * op.out_batch_stride + (tile.row + row) * op.out_row_stride +
                      (tile.column + column) * op.out_pixel_stride;
  }
  return group;
}

// Calls fill(to, from) for each pixel of the patch, from null where it lies outside the image.
template <typename Element, typename Fill>
void fill_patch(const Convolution& op, const PixelTile& tile, ConvolutionPath path, Patch& patch,
                const Fill& fill) {
  patch.rows = (tile.rows - 1) * op.stride + op.filter.rows;
  patch.columns = (tile.columns - 1) * op.stride + op.filter.columns;
  patch.channels = channel_steps(op.filter, path);
  const Element* x =
      static_cast<const Element*>(op.x) + tile.b * op.height * op.width * op.filter.in_channels;
  char* to = patch.data;
  for (int64_t r = 0; r < patch.rows; ++r) {
    const int64_t y = tile.row * op.stride + r - op.top;
    for (int64_t c = 0; c < patch.columns; ++c, to += patch.pixel_bytes()) {
      const int64_t z = tile.column * op.stride + c - op.left;
      const bool inside = y >= 0 && y < op.height && z >= 0 && z < op.width;
      fill(to, inside ? x + (y * op.width + z) * op.filter.in_channels : nullptr);
    }
  }
}

}  // namespace reflectionflow::kernels
