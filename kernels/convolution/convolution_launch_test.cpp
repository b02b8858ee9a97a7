// The convolution's launches: the right kernel, every channel of every pixel and every chunk of a
// stage once, no access wider than memory is aligned.
#include <array>

#include "common/launch_checks.h"
#include "convolution/convolution_cuda.h"

namespace reflectionflow::kernels {
namespace {

alignas(16) char memory[64];

// Filters of 3x3 on a square image, or on some.
Convolution describe(int64_t side, int64_t in, int64_t out, int64_t batch = 1) {
  Convolution op;
  op.filter = {DType::kBFloat16, out, in, 3, 3, ConvolutionPath::kCuda};
  op.batch = batch;
  op.height = op.width = op.out_height = op.out_width = side;
  op.top = op.left = 1;
  op.packed = op.x = op.bias = memory;
  op.out = memory;
  op.out_pixel_stride = out;
  op.out_row_stride = side * out;
  op.out_batch_stride = side * side * out;
  return op;
}

TEST(matrix_units_take_eights_of_channels_at_whole_vectors) {
  const Convolution op = describe(9, 24, 17);
  const auto kernel_of = [](const Convolution& each) { return convolution_launch(each).kernel; };
  CHECK(kernel_of(op) == ConvolutionKernel::kMatrixUnits);
  Convolution odd = op;
  odd.filter.in_channels = 20;
  CHECK(kernel_of(odd) == ConvolutionKernel::kPlain);
  odd = op;
  odd.x = memory + 2;
  CHECK(kernel_of(odd) == ConvolutionKernel::kPlain);
  odd = op;
  odd.packed = memory + 8;
  CHECK(kernel_of(odd) == ConvolutionKernel::kPlain);
  odd = op;
  odd.filter.dtype = DType::kFloat32;
  CHECK(kernel_of(odd) == ConvolutionKernel::kPlain);
}

TEST(wide_stores_are_for_pixels_at_whole_vectors) {
  const auto vector_of = [](const Convolution& each) { return convolution_launch(each).vector; };
  const Convolution op = describe(9, 24, 40);
  CHECK(vector_of(op) == 8);
  CHECK(vector_of(describe(9, 24, 36)) == 1);
  Convolution odd = op;
  odd.out = memory + 8;
  CHECK(vector_of(odd) == 1);
  odd = op;
  odd.bias = memory + 2;
  CHECK(vector_of(odd) == 1);
  odd = op;
  odd.residual = memory + 4;
  CHECK(vector_of(odd) == 1);
  odd = op;
  odd.out_row_stride += 4;
  CHECK(vector_of(odd) == 1);
  odd = op;
  odd.out_pixel_stride += 8;
  CHECK(vector_of(odd) == 8);
}

// As warps and lanes store their sums.
void visit_tile(const ConvolutionLaunch& plan, const ConvolutionShape& shape, int64_t block,
                Coverage& coverage) {
  const int side = convolution_warp_side(plan.columns);
  for (int thread = 0; thread < plan.threads; ++thread) {
    const ConvolutionWarp warp = convolution_warp(plan.columns, thread / kWarp);
    const int64_t first = block / plan.tiles_across * kConvolutionPixels + warp.pixel;
    const int64_t channel = block % plan.tiles_across * plan.columns + warp.channel +
                            convolution_lane_channel(thread % kWarp);
    for (int m = 0; m < side / 16; ++m) {
      for (const int i : {0, 2}) {
        const int64_t pixel = first + 16 * m + accumulator_row(thread % kWarp, i);
        for (int n = 0; n < side; n += 32) {
          for (int64_t c = channel + n; c < channel + n + 8; ++c) {
            if (pixel < shape.pixels && c < shape.out_channels)
              coverage.visit(pixel * shape.out_channels + c);
          }
        }
      }
    }
  }
}

TEST(tiles_reach_every_channel_of_every_pixel_once) {
  for (const auto& [side, out, batch] : std::vector<std::array<int64_t, 3>>{
           {1, 1, 1}, {12, 32, 1}, {7, 65, 5}, {16, 128, 1}, {5, 300, 3}, {23, 3, 1}}) {
    const Convolution op = describe(side, 8, out, batch);
    const ConvolutionLaunch plan = convolution_launch(op);
    const ConvolutionShape shape = convolution_shape(op);
    check_launchable(plan);
    CHECK_THAT(plan.kernel == ConvolutionKernel::kMatrixUnits, plan);
    Coverage coverage(int64_t{shape.pixels} * out);
    for (int64_t block = 0; block < plan.grid_x; ++block) visit_tile(plan, shape, block, coverage);
    CHECK_THAT(coverage.once(), plan);
  }
}

TEST(plain_threads_reach_every_channel_of_every_pixel_once) {
  for (const int64_t out : {1, 3, 100}) {
    Convolution op = describe(13, 5, out, 2);
    const ConvolutionLaunch plan = convolution_launch(op);
    check_launchable(plan);
    CHECK_THAT(plan.kernel == ConvolutionKernel::kPlain, plan);
    const int64_t pixels = convolution_shape(op).pixels;
    Coverage coverage(pixels * out);
    for (int64_t index = 0; index < plan.blocks() * plan.threads; ++index) {
      const int64_t first = index / plan.tiles_across * kConvolutionPlainPixels;
      for (int64_t p = first; p < first + kConvolutionPlainPixels && p < pixels; ++p)
        coverage.visit(p * out + index % plan.tiles_across);
    }
    CHECK_THAT(coverage.once(), plan);
  }
}

TEST(threads_copy_every_chunk_of_a_stage_once) {
  for (const int columns : {kConvolutionWide, kConvolutionNarrow}) {
    const ConvolutionShared shared{columns};
    Coverage coverage(shared.bytes());
    for (int stage = 0; stage < kConvolutionStages; ++stage) {
      CHECK(shared.pixels(stage) % kSwizzleAlignment == 0);
      CHECK(shared.filters(stage) % kSwizzleAlignment == 0);
      for (int thread = 0; thread < kConvolutionThreads; ++thread) {
        const ConvolutionChunk chunk = convolution_chunk(thread);
        const uint32_t at = tile_offset(kConvolutionPixels, chunk.row, chunk.column);
        for (int row = 0; row < kConvolutionPixels; row += kConvolutionRowStep)
          coverage.visit(shared.pixels(stage) + at + panel_bytes(row), kVectorBytes);
        for (int row = 0; row < columns; row += kConvolutionRowStep) {
          const int own = chunk.row + row;
          CHECK(at + panel_bytes(row) == tile_offset(columns, own, chunk.column));
          coverage.visit(shared.filters(stage) + at + panel_bytes(row), kVectorBytes);
        }
      }
    }
    CHECK_THAT(coverage.once(), columns);
  }
}

// Row 8n + g is column g of product n, whose sums 2t and 2t + 1 are lane t's.
TEST(rows_of_filters_give_each_lane_eight_neighbours) {
  Coverage coverage(kConvolutionWide);
  for (int row = 0; row < kConvolutionWide; ++row) coverage.visit(convolution_channel(row));
  CHECK(coverage.once());
  for (int lane = 0; lane < kWarp; ++lane) {
    for (int i = 0; i < 8; ++i) {
      const int row = 64 + 8 * (i / 2) + accumulator_column(lane, i % 2);
      CHECK(convolution_channel(row) == 64 + convolution_lane_channel(lane) + i);
    }
  }
}

// Against where the definition in convolution_ref.h looks.
void check_seen(const Convolution& op) {
  const ConvolutionShape shape = convolution_shape(op);
  for (int pixel = 0; pixel < shape.pixels + 3; ++pixel) {
    const SeenPixels seen = seen_pixels(shape, pixel);
    if (pixel >= shape.pixels) CHECK(seen.taps == 0);
    const int64_t j = pixel % op.out_width, i = pixel / op.out_width % op.out_height;
    const int64_t b = pixel / op.out_width / op.out_height;
    for (int tap = 0; tap < shape.taps() && pixel < shape.pixels; ++tap) {
      const int64_t y = i * op.stride + tap / op.filter.columns - op.top;
      const int64_t z = j * op.stride + tap % op.filter.columns - op.left;
      const bool inside = y >= 0 && y < op.height && z >= 0 && z < op.width;
      CHECK((seen.taps >> tap & 1) == inside);
      if (inside) CHECK(seen.first + tap_shift(shape, tap) == (b * op.height + y) * op.width + z);
    }
  }
}

TEST(taps_see_the_pixels_of_the_definition) {
  check_seen(describe(5, 8, 8, 3));
  Convolution op = describe(7, 8, 8, 2);
  op.width = 4;
  op.filter.rows = 2;
  op.left = 2;
  op.stride = 2;
  op.out_height = 5;
  op.out_width = 3;
  check_seen(op);
  op.filter.columns = 1;
  op.left = 0;
  check_seen(op);
}

TEST(pixels_are_counted_in_32_bits) {
  CHECK(convolution_fits_indices(describe(16384, 128, 128)));
  CHECK(!convolution_fits_indices(describe(65536, 128, 128)));
  CHECK(!convolution_fits_indices(describe(1024, 128, 128, 1 << 11)));
}

// Two blocks on an A100's multiprocessor, each with a kilobyte that the system takes.
TEST(a_megapixel) {
  const ConvolutionLaunch plan = convolution_launch(describe(1024, 128, 128));
  CHECK_THAT(plan.columns == 128 && plan.grid_x == 8192 && plan.vector == 8 &&
                 2 * (plan.shared_bytes + 1024) <= 164 * 1024,
             plan);
  const ConvolutionLaunch to_colours = convolution_launch(describe(1024, 128, 3));
  CHECK_THAT(to_colours.columns == 32 && to_colours.grid_x == 8192 && to_colours.vector == 1,
             to_colours);
}

}  // namespace
}  // namespace reflectionflow::kernels
