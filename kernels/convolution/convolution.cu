// Convolution on CUDA: on the matrix units for bfloat16 and float16, as a product of pixels and
// filters that gathers its first operand; a plain kernel, which is not fast, for what that cannot
// take: float32, input channels that are not in eights, and memory that is not aligned.
//
// A block has 128 output pixels and 128 channels, four warps with 64 x 64 of them each. Both
// operands come in stages of 64 elements of depth (channels of a tap, or of several) by cp.async
// into two buffers, the next stage on its way while this one is multiplied. Sums stay in registers,
// where bias and residual are added before the only rounding.
//
// What bounds it, for one stage, in cycles of an A100's multiprocessor (tensor cores 2048 FLOP a
// cycle, shared memory 128 bytes, some 45 from the second-level cache):
//   products   2 * 128 * 128 * 64 FLOP                     1024  tensor cores
//   operands   four warps load 64 + 64 rows: 4 * 16 KB       512  shared memory
//   stages     32 KB are written there                       256  shared memory
//   reads      32 KB, each pixel once for each tap           730  second-level cache
// Two blocks share a multiprocessor (64 KB of shared memory and half of the registers each), so
// that one multiplies while the other waits at its barrier. x comes from the second-level cache
// once for each tap that sees it: on an H100, whose tensor cores gain more on an A100's than that
// cache does, this is what will bound it.
#include "common/cuda_launch.cuh"
#include "common/ptx_sm80.cuh"
#include "common/shared_memory.cuh"
#include "common/vector.cuh"
#include "convolution/convolution_cuda.h"

namespace reflectionflow::kernels {
namespace {

struct Parameters {
  const void *x, *packed, *bias, *residual;
  void* out;
  int64_t out_batch_stride, out_row_stride, out_pixel_stride;
  ConvolutionShape shape;
  int tiles_across;
};

__device__ __forceinline__ int64_t output_offset(const Parameters& op, int pixel) {
  const OutputPixel at = output_pixel(op.shape, pixel);
  return at.b * op.out_batch_stride + at.row * op.out_row_stride + at.column * op.out_pixel_stride;
}

// What a thread copies of each stage: a chunk of some pixels and of some filters.
template <int kColumns>
struct Copies {
  static constexpr int kPixelRows = kConvolutionPixels / kConvolutionRowStep;
  static constexpr int kFilterRows = kColumns / kConvolutionRowStep;

  ConvolutionChunk chunk;
  int channel;  // the tile's first
  int first[kPixelRows];
  uint32_t taps[kPixelRows];

  __device__ __forceinline__ Copies(const ConvolutionShape& shape, int pixel, int first_channel)
      : chunk(convolution_chunk(threadIdx.x)), channel(first_channel) {
#pragma unroll
    for (int i = 0; i < kPixelRows; ++i) {
      const SeenPixels seen = seen_pixels(shape, pixel + chunk.row + i * kConvolutionRowStep);
      first[i] = seen.first;
      taps[i] = seen.taps;
    }
  }

  // What lies behind the last tap, outside the image or behind the last filter becomes zeros.
  __device__ __forceinline__ void start(const Parameters& op, int stage, uint32_t base) const {
    constexpr ConvolutionShared kShared{kColumns};
    const int depth = stage * kConvolutionDepth + chunk.column;
    const int tap = depth / op.shape.in_channels;
    const int within = depth - tap * op.shape.in_channels;
    const int shift = tap_shift(op.shape, tap), buffer = stage % kConvolutionStages;
    const uint32_t at = base + tile_offset(kConvolutionPixels, chunk.row, chunk.column);
    const uint16_t* const x = static_cast<const uint16_t*>(op.x);
    const uint16_t* const packed = static_cast<const uint16_t*>(op.packed);
#pragma unroll
    for (int i = 0; i < kPixelRows; ++i) {
      const bool exists = taps[i] >> tap & 1;
      const int64_t pixel = first[i] + shift;
      copy_16(at + kShared.pixels(buffer) + i * panel_bytes(kConvolutionRowStep),
              exists ? x + pixel * op.shape.in_channels + within : x, exists);
    }
#pragma unroll
    for (int i = 0; i < kFilterRows; ++i) {
      const int o = channel + convolution_channel(chunk.row + i * kConvolutionRowStep);
      const bool exists = o < op.shape.out_channels && tap < op.shape.taps();
      const int64_t filter = static_cast<int64_t>(o) * op.shape.depth();
      copy_16(at + kShared.filters(buffer) + i * panel_bytes(kConvolutionRowStep),
              exists ? packed + filter + depth : packed, exists);
    }
  }
};

// sums (side x side) += a warp's pixels times its filters, over a stage.
template <typename T, int kSide>
__device__ __forceinline__ void multiply_stage(float (&sums)[kSide / 16][kSide / 8][4],
                                               uint32_t pixels, uint32_t filters) {
  const int lane = threadIdx.x % kWarp;
#pragma unroll
  for (int step = 0; step < kConvolutionDepth / 16; ++step) {
    const uint32_t down = pixels + tile_offset(kSide, ldmatrix_down_row(lane),
                                               16 * step + ldmatrix_down_column(lane));
    const uint32_t right = filters + tile_offset(kSide, ldmatrix_right_row(lane),
                                                 16 * step + ldmatrix_right_column(lane));
    uint32_t a[kSide / 16][4];
#pragma unroll
    for (int m = 0; m < kSide / 16; ++m) load_matrices(a[m], down + m * panel_bytes(16));
#pragma unroll
    for (int pair = 0; pair < kSide / 16; ++pair) {
      uint32_t b[4];
      load_matrices(b, right + pair * panel_bytes(16));
#pragma unroll
      for (int m = 0; m < kSide / 16; ++m) {
        constexpr bool kBFloat16 = std::is_same_v<T, __nv_bfloat16>;
        multiply_16x8x16<kBFloat16>(sums[m][2 * pair], a[m], b[0], b[1]);
        multiply_16x8x16<kBFloat16>(sums[m][2 * pair + 1], a[m], b[2], b[3]);
      }
    }
  }
}

// Eight neighbouring channels of a pixel, rounded and stored, V at a time.
template <int V, typename T>
__device__ __forceinline__ void finish_eight(const Parameters& op, int64_t at, int channel,
                                             const float (&sums)[kConvolutionEight]) {
#pragma unroll
  for (int i = 0; i < kConvolutionEight; i += V) {
    if (channel + i >= op.shape.out_channels) return;
    float values[V], residual[V];
    unpack(load<V>(static_cast<const T*>(op.bias) + channel + i), values);
#pragma unroll
    for (int j = 0; j < V; ++j) values[j] += sums[i + j];
    const int64_t element = at + channel + i;
    if (op.residual != nullptr) {
      unpack(load_once<V>(static_cast<const T*>(op.residual) + element), residual);
#pragma unroll
      for (int j = 0; j < V; ++j) values[j] += residual[j];
    }
    store<V>(static_cast<T*>(op.out) + element, values);
  }
}

// A warp's part of the tile, which begins at these.
template <int V, typename T, int kSide>
__device__ __forceinline__ void finish_tile(const Parameters& op, int pixel, int channel,
                                            const float (&sums)[kSide / 16][kSide / 8][4]) {
  const int lane = threadIdx.x % kWarp;
#pragma unroll
  for (int m = 0; m < kSide / 16; ++m) {
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      const int own = pixel + 16 * m + accumulator_row(lane, 2 * half);
      if (own >= op.shape.pixels) continue;
      const int64_t at = output_offset(op, own);
#pragma unroll
      for (int n = 0; n < kSide / 8; n += 4) {
        float eight[kConvolutionEight];
#pragma unroll
        for (int i = 0; i < kConvolutionEight; ++i) eight[i] = sums[m][n + i / 2][2 * half + i % 2];
        finish_eight<V, T>(op, at, channel + 8 * n + convolution_lane_channel(lane), eight);
      }
    }
  }
}

template <typename T, int V, int kColumns>
__global__ void __launch_bounds__(kConvolutionThreads, 2)
    convolution_kernel(const __grid_constant__ Parameters op) {
  constexpr int kSide = convolution_warp_side(kColumns);
  constexpr ConvolutionShared kShared{kColumns};
  const uint32_t base = shared_address(dynamic_shared<uint8_t>());
  const int pixel = static_cast<int>(blockIdx.x) / op.tiles_across * kConvolutionPixels;
  const int channel = static_cast<int>(blockIdx.x) % op.tiles_across * kColumns;
  const ConvolutionWarp warp = convolution_warp(kColumns, threadIdx.x / kWarp);
  const Copies<kColumns> copies(op.shape, pixel, channel);
  const int stages = op.shape.stages();

#pragma unroll
  for (int stage = 0; stage < kConvolutionStages - 1; ++stage) {
    if (stage < stages) copies.start(op, stage, base);
    commit_copies();
  }
  float sums[kSide / 16][kSide / 8][4] = {};
  for (int stage = 0; stage < stages; ++stage) {
    wait_copies<kConvolutionStages - 2>();
    __syncthreads();  // this stage is there for all, and the buffer of the last one is free
    const int next = stage + kConvolutionStages - 1;
    if (next < stages) copies.start(op, next, base);
    commit_copies();  // at the end an empty group, to keep the count
    const int buffer = stage % kConvolutionStages;
    multiply_stage<T, kSide>(sums, base + kShared.pixels(buffer) + panel_bytes(warp.pixel),
                             base + kShared.filters(buffer) + panel_bytes(warp.channel));
  }
  finish_tile<V, T, kSide>(op, pixel + warp.pixel, channel + warp.channel, sums);
}

// A thread has a channel of some pixels and reads each weight once for all of them. Lanes that are
// neighbours read weights a whole filter apart: simple, for the few layers that come here.
template <typename T>
__global__ void __launch_bounds__(kConvolutionPlainThreads)
    convolution_plain_kernel(const __grid_constant__ Parameters op) {
  const ConvolutionShape& shape = op.shape;
  const int64_t index = int64_t{blockIdx.x} * kConvolutionPlainThreads + threadIdx.x;
  const int channel = static_cast<int>(index % op.tiles_across);
  const int64_t pixel = index / op.tiles_across * kConvolutionPlainPixels;
  if (pixel >= shape.pixels) return;
  SeenPixels seen[kConvolutionPlainPixels];
  float sums[kConvolutionPlainPixels] = {};
#pragma unroll
  for (int p = 0; p < kConvolutionPlainPixels; ++p)
    seen[p] = seen_pixels(shape, static_cast<int>(pixel) + p);
  const T* weight =
      static_cast<const T*>(op.packed) + static_cast<int64_t>(channel) * shape.depth();
  for (int tap = 0; tap < shape.taps(); ++tap, weight += shape.in_channels) {
    const T* from[kConvolutionPlainPixels];
#pragma unroll
    for (int p = 0; p < kConvolutionPlainPixels; ++p) {
      const int64_t at = seen[p].first + tap_shift(shape, tap);
      from[p] =
          seen[p].taps >> tap & 1 ? static_cast<const T*>(op.x) + at * shape.in_channels : nullptr;
    }
    for (int c = 0; c < shape.in_channels; ++c) {
      const float factor = to_float(weight[c]);
#pragma unroll
      for (int p = 0; p < kConvolutionPlainPixels; ++p) {
        if (from[p] != nullptr) sums[p] += to_float(from[p][c]) * factor;
      }
    }
  }
#pragma unroll
  for (int p = 0; p < kConvolutionPlainPixels; ++p) {
    if (pixel + p >= shape.pixels) break;
    const int64_t at = output_offset(op, static_cast<int>(pixel) + p) + channel;
    float value = sums[p] + to_float(static_cast<const T*>(op.bias)[channel]);
    if (op.residual != nullptr) value += to_float(static_cast<const T*>(op.residual)[at]);
    from_float(value, static_cast<T*>(op.out) + at);
  }
}

template <typename T, int V>
void launch_tiles(const ConvolutionLaunch& plan, Stream stream, const Parameters& parameters) {
  if (plan.columns == kConvolutionWide)
    launch("convolution", plan, stream, convolution_kernel<T, V, kConvolutionWide>, parameters);
  else
    launch("convolution", plan, stream, convolution_kernel<T, V, kConvolutionNarrow>, parameters);
}

}  // namespace

void convolution_cuda(const Convolution& op, Stream stream) {
  const ConvolutionLaunch plan = convolution_launch(op);
  const Parameters parameters = {op.x,
                                 op.packed,
                                 op.bias,
                                 op.residual,
                                 op.out,
                                 op.out_batch_stride,
                                 op.out_row_stride,
                                 op.out_pixel_stride,
                                 convolution_shape(op),
                                 static_cast<int>(plan.tiles_across)};
  with_device_vector(op.filter.dtype, plan.vector, [&](auto* element, auto vector) {
    using T = std::remove_pointer_t<decltype(element)>;
    if (plan.kernel == ConvolutionKernel::kPlain)
      return launch("convolution", plan, stream, convolution_plain_kernel<T>, parameters);
    if constexpr (sizeof(T) == 2) launch_tiles<T, vector()>(plan, stream, parameters);
  });
}

}  // namespace reflectionflow::kernels
