// Convolution on CUDA: which kernel takes it, the tiles of the one for matrix units, its launch,
// and its launcher for operations that are already checked.
#pragma once

#include <limits>

#include "common/launch.h"
#include "common/matrix_tiles.h"
#include "convolution/convolution.h"

namespace reflectionflow::kernels {

enum class ConvolutionKernel : int32_t {
  kPlain,        // a thread for each channel of some pixels, float32 arithmetic: whatever comes
  kMatrixUnits,  // mma.sync: 16-bit elements, input channels in eights, wide addresses
};

inline const char* name_of(ConvolutionKernel kernel) {
  return kernel == ConvolutionKernel::kPlain ? "plain" : "matrix units";
}

// A convolution is the product of a matrix of pixels, whose rows are what each output pixel sees of
// x, tap after tap, and of one of filters, whose rows lie like that in memory. The first is never
// made: a stage of it is gathered from x, with zeros for what lies outside the image.
constexpr int kConvolutionWarps = 4;
constexpr int kConvolutionThreads = kConvolutionWarps * kWarp;
constexpr int kConvolutionPixels = 128;           // of a block's tile
constexpr int kConvolutionWide = 128;             // channels of a tile,
constexpr int kConvolutionNarrow = 32;            // and where there are few
constexpr int kConvolutionDepth = kPanelColumns;  // of the products, in a stage
constexpr int kConvolutionStages = 2;
constexpr int kConvolutionEight = 8;  // elements of 16 bytes

// A warp's part of a tile has as many pixels as channels: two by two of them, or four on end.
HOST_DEVICE constexpr int convolution_warp_side(int columns) {
  return columns == kConvolutionWide ? 64 : 32;
}
struct ConvolutionWarp {
  int pixel, channel;  // the first ones within the tile
};
HOST_DEVICE constexpr ConvolutionWarp convolution_warp(int columns, int warp) {
  const int side = convolution_warp_side(columns), down = kConvolutionPixels / side;
  return {warp % down * side, warp / down * side};
}

// Offsets in shared memory: of each stage the pixels, then the filters.
struct ConvolutionShared {
  int columns;

  HOST_DEVICE constexpr uint32_t stage_bytes() const {
    return panel_bytes(kConvolutionPixels + columns);
  }
  HOST_DEVICE constexpr uint32_t pixels(int stage) const { return stage * stage_bytes(); }
  HOST_DEVICE constexpr uint32_t filters(int stage) const {
    return pixels(stage) + panel_bytes(kConvolutionPixels);
  }
  HOST_DEVICE constexpr uint32_t bytes() const { return kConvolutionStages * stage_bytes(); }
};

// Which chunk of 16 bytes a thread copies: the same of every kConvolutionRowStep-th row, so that
// eight neighbours copy the 128 bytes of a row. Rows eight apart are swizzled alike.
constexpr int kConvolutionRowStep = kConvolutionThreads / (kConvolutionDepth / kConvolutionEight);
static_assert(kConvolutionRowStep % 8 == 0, "the rows of a thread are swizzled alike");
struct ConvolutionChunk {
  int row, column;
};
HOST_DEVICE constexpr ConvolutionChunk convolution_chunk(int thread) {
  constexpr int kChunks = kConvolutionDepth / kConvolutionEight;
  return {thread / kChunks, thread % kChunks * kConvolutionEight};
}

// Which channel of the tile lies in a row of shared memory. Of four products side by side, 32
// channels, a lane gets two neighbours each. The rows are dealt out so that these are eight
// channels in a row, 16 bytes of bias, residual and output: columns 2t and 2t + 1 of product n
// become channels 8t + 2n and 8t + 2n + 1.
HOST_DEVICE constexpr int convolution_channel(int row) {
  return row / 32 * 32 + row % 8 / 2 * 8 + row / 8 % 4 * 2 + row % 2;
}
// The first of a lane's eight channels, of 32.
HOST_DEVICE constexpr int convolution_lane_channel(int lane) { return lane % 4 * 8; }

// Sizes as kernels want them: convolution_fits_indices keeps pixels within 32 bits.
struct ConvolutionShape {
  int in_channels, out_channels;
  int rows, columns;  // of a filter
  int height, width, out_height, out_width;
  int stride, top, left;
  int pixels;  // of the output, over the batch

  HOST_DEVICE int taps() const { return rows * columns; }
  HOST_DEVICE int depth() const { return taps() * in_channels; }
  HOST_DEVICE int stages() const { return (depth() + kConvolutionDepth - 1) / kConvolutionDepth; }
};

inline bool convolution_fits_indices(const Convolution& op) {
  // Half of what there is leaves room for the rows before the first image and for the last tile.
  constexpr int64_t kMost = std::numeric_limits<int32_t>::max() / 2;
  const auto within = [](int64_t a, int64_t b, int64_t c) {
    return a <= kMost && b <= kMost / a && c <= kMost / (a * b);
  };
  return within(op.height, op.width, op.batch) && within(op.out_height, op.out_width, op.batch) &&
         op.out_height <= kMost / op.stride && op.out_width <= kMost / op.stride &&
         op.filter.out_channels <= kMost;
}

inline ConvolutionShape convolution_shape(const Convolution& op) {
  const auto narrow = [](int64_t value) { return static_cast<int>(value); };
  ConvolutionShape shape;
  shape.in_channels = narrow(op.filter.in_channels);
  shape.out_channels = narrow(op.filter.out_channels);
  shape.rows = narrow(op.filter.rows);
  shape.columns = narrow(op.filter.columns);
  shape.height = narrow(op.height);
  shape.width = narrow(op.width);
  shape.out_height = narrow(op.out_height);
  shape.out_width = narrow(op.out_width);
  shape.stride = narrow(op.stride);
  shape.top = narrow(op.top);
  shape.left = narrow(op.left);
  shape.pixels = narrow(op.batch * op.out_height * op.out_width);
  return shape;
}

struct OutputPixel {
  int b, row, column;
};
HOST_DEVICE OutputPixel output_pixel(const ConvolutionShape& shape, int pixel) {
  const int row = pixel / shape.out_width;
  return {row / shape.out_height, row % shape.out_height, pixel % shape.out_width};
}

// What an output pixel sees of x: the pixel under the first tap, counted over the batch and maybe
// outside its image, and a bit for each tap that is inside. Pixels behind the last see nothing.
struct SeenPixels {
  int first;
  uint32_t taps;
};
HOST_DEVICE SeenPixels seen_pixels(const ConvolutionShape& shape, int pixel) {
  if (pixel >= shape.pixels) return {0, 0};
  const OutputPixel out = output_pixel(shape, pixel);
  const int y = out.row * shape.stride - shape.top, z = out.column * shape.stride - shape.left;
  uint32_t taps = 0;
  for (int tap = 0; tap < shape.taps(); ++tap) {
    const int row = y + tap / shape.columns, column = z + tap % shape.columns;
    const bool inside = row >= 0 && row < shape.height && column >= 0 && column < shape.width;
    taps |= static_cast<uint32_t>(inside) << tap;
  }
  return {(out.b * shape.height + y) * shape.width + z, taps};
}

// How far the pixel under a tap lies behind the one under the first.
HOST_DEVICE int tap_shift(const ConvolutionShape& shape, int tap) {
  return tap / shape.columns * shape.width + tap % shape.columns;
}

// Without matrix units.
constexpr int kConvolutionPlainThreads = 256;
constexpr int kConvolutionPlainPixels = 4;  // of a thread, which share each weight

struct ConvolutionLaunch : LaunchPlan {
  ConvolutionKernel kernel = ConvolutionKernel::kPlain;
  int columns = 1;           // channels of a tile
  int64_t tiles_across = 0;  // over the channels; neighbours in the grid see the same pixels
};

inline std::ostream& operator<<(std::ostream& out, const ConvolutionLaunch& plan) {
  return out << name_of(plan.kernel) << ", tiles of " << plan.columns << " channels, "
             << plan.tiles_across << " across, " << static_cast<const LaunchPlan&>(plan);
}

// Copies of 16 bytes lie within one tap of one pixel.
inline ConvolutionKernel convolution_kernel_for(const Convolution& op) {
  const bool wide = op.filter.dtype != DType::kFloat32 && aligned(op.x) && aligned(op.packed) &&
                    op.filter.in_channels % kConvolutionEight == 0;
  return wide ? ConvolutionKernel::kMatrixUnits : ConvolutionKernel::kPlain;
}

inline ConvolutionLaunch convolution_launch(const Convolution& op) {
  ConvolutionLaunch plan;
  plan.kernel = convolution_kernel_for(op);
  const int64_t pixels = op.batch * op.out_height * op.out_width;
  if (plan.kernel == ConvolutionKernel::kPlain) {
    plan.threads = kConvolutionPlainThreads;
    plan.rows_per_block = kConvolutionPlainPixels;
    plan.tiles_across = op.filter.out_channels;
    plan.grid_x = ceil_div(ceil_div(pixels, kConvolutionPlainPixels) * op.filter.out_channels,
                           kConvolutionPlainThreads);
    return plan;
  }
  // Of 64 channels a wide tile would be half empty, and so would be its time.
  plan.columns = op.filter.out_channels > 64 ? kConvolutionWide : kConvolutionNarrow;
  plan.tiles_across = ceil_div(op.filter.out_channels, plan.columns);
  plan.threads = kConvolutionThreads;
  plan.rows_per_block = kConvolutionPixels;
  plan.shared_bytes = ConvolutionShared{plan.columns}.bytes();
  plan.grid_x = ceil_div(pixels, kConvolutionPixels) * plan.tiles_across;
  // Of bias, residual and output.
  plan.vector = vector_of(
      op.filter.dtype, {op.bias, op.residual, op.out},
      {op.filter.out_channels, op.out_batch_stride, op.out_row_stride, op.out_pixel_stride});
  return plan;
}

// Throws std::runtime_error where CUDA refuses the launch.
void convolution_cuda(const Convolution& op, Stream stream);

}  // namespace reflectionflow::kernels
