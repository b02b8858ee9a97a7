// Convolution: checks and packing for all devices, and on the CPU the choice of a path, and tiles
// of pixels in parallel.
#include <omp.h>

#include <algorithm>

#include "common/cuda_build.h"
#include "common/element.h"
#include "common/parallel.h"
#include "common/precondition.h"
#include "common/vectorised.h"
#include "convolution/convolution_cuda.h"
#include "convolution/convolution_paths.h"

namespace reflectionflow::kernels {
namespace {

constexpr const char* kOp = "convolution";
constexpr int64_t kMaxChannels = 2048;
constexpr int64_t kMaxSide = 3;  // of a filter

void check(const ConvolutionFilter& filter) {
  require_dtype(kOp, filter.dtype);
  require_positive(kOp, "out_channels", filter.out_channels);
  require(filter.in_channels >= 1 && filter.in_channels <= kMaxChannels, kOp, "in_channels ",
          filter.in_channels, " is not in [1, ", kMaxChannels, "]");
  require(filter.rows >= 1 && filter.rows <= kMaxSide && filter.columns >= 1 &&
              filter.columns <= kMaxSide,
          kOp, "a filter of ", filter.rows, "x", filter.columns, " is not in 1x1 to 3x3");
  const auto path = static_cast<int32_t>(filter.path);
  require(path >= 0 && path <= 5, kOp, "path ", path, " is unknown");
}

void check_runs(const ConvolutionFilter& filter) {
  require(convolution_runs(filter.path, filter.dtype), kOp, "path ", name_of(filter.path),
          " does not run on this processor with dtype ", static_cast<int32_t>(filter.dtype));
}

// Packing for a card asks nothing of the processor.
void check_packing(const ConvolutionFilter& filter) {
  check(filter);
  if (filter.path != ConvolutionPath::kCuda) check_runs(filter);
}

void check_cuda(const Convolution& op) {
  require(op.filter.path == ConvolutionPath::kCuda, kOp, "path ", name_of(op.filter.path),
          " is not CUDA's");
  require(convolution_fits_indices(op), kOp, "images of ", op.height, "x", op.width, " to ",
          op.out_height, "x", op.out_width, ", ", op.batch, " of them, are too large for CUDA");
}

void check(const Convolution& op, Stream stream) {
  check(op.filter);
  require_positive(kOp, "batch", op.batch);
  require_positive(kOp, "height", op.height);
  require_positive(kOp, "width", op.width);
  require_positive(kOp, "out_height", op.out_height);
  require_positive(kOp, "out_width", op.out_width);
  require(op.stride == 1 || op.stride == 2, kOp, "stride ", op.stride, " is neither 1 nor 2");
  require(op.top >= 0 && op.top < op.filter.rows && op.left >= 0 && op.left < op.filter.columns,
          kOp, "zeros before the image, ", op.top, " rows and ", op.left,
          " columns, are not less than the filter's");
  require_memory(kOp, "packed weights", op.packed);
  require_memory(kOp, "x", op.x);
  require_memory(kOp, "bias", op.bias);
  require_memory(kOp, "out", op.out);
  require_row_stride(kOp, "output pixel", op.out_pixel_stride, op.filter.out_channels);
  if (stream.on_cuda)
    check_cuda(op);
  else
    check_runs(op.filter);
}

ConvolutionPath path_of(const ConvolutionFilter& filter) {
  return filter.path == ConvolutionPath::kAutomatic ? fastest_convolution(filter.dtype)
                                                    : filter.path;
}

ConvolveTile convolve_on(ConvolutionPath path) {
  switch (path) {
#if defined(__x86_64__)
    case ConvolutionPath::kAvx512Bf16:
      return convolve_avx512_bf16;
    case ConvolutionPath::kAvx512:
      return convolve_avx512;
    case ConvolutionPath::kAvx2:
      return convolve_avx2;
#endif
    default:
      return convolve_portable;
  }
}

int64_t tiles_of(int64_t pixels, int64_t tile) { return (pixels + tile - 1) / tile; }

// How a call runs. A pixel's result does not depend on its tile, so neither does it on the threads.
struct Plan {
  ConvolutionPath path;
  int64_t rows, columns;  // of a tile, at most

  int64_t tiles(const Convolution& op) const {
    return op.batch * tiles_of(op.out_height, rows) * tiles_of(op.out_width, columns);
  }
  int64_t patch_bytes(const Convolution& op) const {
    return ((rows - 1) * op.stride + op.filter.rows) *
           ((columns - 1) * op.stride + op.filter.columns) * 4 * channel_steps(op.filter, path);
  }
};

// Large tiles read each weight less often; with less than eight tiles for each thread the last ones
// would leave threads idle. Rows come in sixes so that no group of pixels is half empty.
Plan choose_plan(const Convolution& op, int64_t threads) {
  Plan plan{path_of(op.filter), 6, 16};
  while (plan.columns > 1 && plan.patch_bytes(op) > kPatchBytes) plan.columns /= 2;
  while (plan.rows > 1 && plan.patch_bytes(op) > kPatchBytes) plan.rows /= 2;
  while (plan.columns > 2 && plan.tiles(op) < 8 * threads) plan.columns /= 2;
  return plan;
}

// The index-th tile.
PixelTile find_tile(const Convolution& op, const Plan& plan, int64_t index) {
  const int64_t across = tiles_of(op.out_width, plan.columns);
  const int64_t down = tiles_of(op.out_height, plan.rows);
  PixelTile tile;
  tile.b = index / across / down;
  tile.row = index / across % down * plan.rows;
  tile.column = index % across * plan.columns;
  tile.rows = std::min(plan.rows, op.out_height - tile.row);
  tile.columns = std::min(plan.columns, op.out_width - tile.column);
  return tile;
}

// A weight, zero where there is none.
template <typename T>
T weight_at(const ConvolutionFilter& f, const void* weights, int64_t o, int64_t c, int64_t tap) {
  if (o >= f.out_channels || c >= f.in_channels) return T{};
  return static_cast<const T*>(weights)[(o * f.in_channels + c) * f.rows * f.columns + tap];
}

// A panel's 32-bit steps lie as (rows, columns, channel steps, panel width).
template <typename Step>
void pack_panel(const ConvolutionFilter& f, int64_t first, const Step& step, uint32_t* to) {
  const int64_t steps = channel_steps(f, path_of(f)), last = first + panel_width(f, first);
  for (int64_t tap = 0; tap < f.rows * f.columns; ++tap) {
    for (int64_t s = 0; s < steps; ++s) {
      for (int64_t o = first; o < last; ++o) *to++ = step(o, s, tap);
    }
  }
}

void pack_panel(const ConvolutionFilter& f, int64_t first, const void* weights, uint32_t* to) {
  if (path_of(f) == ConvolutionPath::kAvx512Bf16) {
    pack_panel(
        f, first,
        [&](int64_t o, int64_t s, int64_t tap) {
          const uint32_t low = weight_at<BFloat16>(f, weights, o, 2 * s, tap).bits;
          const uint32_t high = weight_at<BFloat16>(f, weights, o, 2 * s + 1, tap).bits;
          return low | high << 16;
        },
        to);
    return;
  }
  with_element_type(f.dtype, [&](auto* element) {
    using T = std::remove_pointer_t<decltype(element)>;
    pack_panel(
        f, first,
        [&](int64_t o, int64_t s, int64_t tap) {
          return bits_of(to_float(weight_at<T>(f, weights, o, s, tap)));
        },
        to);
  });
}

// (O, rows, columns, C)
template <typename T>
void pack_for_cuda(const ConvolutionFilter& f, const T* weights, T* to) {
  const int64_t taps = f.rows * f.columns;
  for (int64_t o = 0; o < f.out_channels; ++o) {
    for (int64_t tap = 0; tap < taps; ++tap) {
      for (int64_t c = 0; c < f.in_channels; ++c) *to++ = weight_at<T>(f, weights, o, c, tap);
    }
  }
}

}  // namespace

const char* name_of(ConvolutionPath path) {
  constexpr const char* kNames[] = {"automatic", "portable",    "avx2",
                                    "avx512",    "avx512_bf16", "cuda"};
  return kNames[static_cast<int32_t>(path)];
}

bool convolution_runs(ConvolutionPath path, DType dtype) {
  switch (path) {
    case ConvolutionPath::kAvx512Bf16:
      return dtype == DType::kBFloat16 && avx512_bf16_runs();
    case ConvolutionPath::kAvx512:
      return vector_path_runs(VectorPath::kAvx512);
    case ConvolutionPath::kAvx2:
      return vector_path_runs(VectorPath::kAvx2);
    case ConvolutionPath::kCuda:
      return false;
    default:
      return true;
  }
}

ConvolutionPath fastest_convolution(DType dtype) {
  for (const ConvolutionPath path :
       {ConvolutionPath::kAvx512Bf16, ConvolutionPath::kAvx512, ConvolutionPath::kAvx2}) {
    if (convolution_runs(path, dtype)) return path;
  }
  return ConvolutionPath::kPortable;
}

int64_t packed_bytes(const ConvolutionFilter& filter) {
  check_packing(filter);
  if (filter.path == ConvolutionPath::kCuda)
    return filter.out_channels * filter.rows * filter.columns * filter.in_channels *
           size_of(filter.dtype);
  return tiles_of(filter.out_channels, kUnit) * kUnit * filter.rows * filter.columns * 4 *
         channel_steps(filter, path_of(filter));
}

void pack_convolution(const ConvolutionFilter& f, const void* weights, void* packed) {
  check_packing(f);
  require_memory(kOp, "weights", weights);
  require_memory(kOp, "packed weights", packed);
  if (f.path == ConvolutionPath::kCuda)
    return with_element_type(f.dtype, [&](auto* element) {
      using T = std::remove_pointer_t<decltype(element)>;
      pack_for_cuda(f, static_cast<const T*>(weights), static_cast<T*>(packed));
    });
  const int64_t of_channel = channel_steps(f, path_of(f)) * f.rows * f.columns;
#pragma omp parallel for if (worth_threads(f.out_channels * of_channel))
  for (int64_t first = 0; first < f.out_channels; first += kPanel)
    pack_panel(f, first, weights, static_cast<uint32_t*>(packed) + first * of_channel);
}

void convolution(const Convolution& op, Stream stream) {
  check(op, stream);
  if (stream.on_cuda) {
    if constexpr (kCudaBuild) return convolution_cuda(op, stream);
    refuse_cuda(kOp);
  }
  const int64_t pixels = op.batch * op.out_height * op.out_width;
  const bool parallel = worth_threads(pixels * op.filter.out_channels * op.filter.in_channels);
  const Plan plan = choose_plan(op, parallel ? omp_get_max_threads() : 1);
  const ConvolveTile convolve = convolve_on(plan.path);
  // Cores differ in what else they do.
#pragma omp parallel for schedule(dynamic) if (parallel)
  for (int64_t index = 0; index < plan.tiles(op); ++index) convolve(op, find_tile(op, plan, index));
}

}  // namespace reflectionflow::kernels
