// Convolution in float32 whatever the operands' dtype: one text compiled for vectors of 4, 8 and
// 16 lanes.
#include <algorithm>

#include "common/element.h"
#include "common/vectorised.h"
#include "convolution/convolution_paths.h"

namespace reflectionflow::kernels {
namespace {

template <int kLanes>
struct Vector {
  typedef float type __attribute__((vector_size(kLanes * sizeof(float)), aligned(4), may_alias));
};

// sums = input weights for a group of pixels and kVectors vectors of output channels; panel is the
// distance between the weights of two input channels.
template <int kLanes, int kVectors>
KERNEL_INLINE void multiply(const Convolution& op, const Patch& patch, const PixelGroup& group,
                            const float* weights, int64_t panel, float* to) {
  using V = typename Vector<kLanes>::type;
  V sums[kGroup][kVectors] = {};
  const int64_t steps = op.filter.columns * patch.channels;
  for (int64_t r = 0; r < op.filter.rows; ++r) {
    const float* input[kGroup];
    for (int i = 0; i < kGroup; ++i)
      input[i] = reinterpret_cast<const float*>(group.input[i] + r * patch.row_bytes());
    for (int64_t p = 0; p < steps; ++p, weights += panel) {
      V operand[kVectors];
#pragma GCC unroll 4
      for (int u = 0; u < kVectors; ++u)
        operand[u] = *reinterpret_cast<const V*>(weights + u * kLanes);
#pragma GCC unroll 6
      for (int i = 0; i < kGroup; ++i) {
        const float factor = input[i][p];
#pragma GCC unroll 4
        for (int u = 0; u < kVectors; ++u) sums[i][u] += factor * operand[u];
      }
    }
  }
#pragma GCC unroll 6
  for (int i = 0; i < kGroup; ++i) {
#pragma GCC unroll 4
    for (int u = 0; u < kVectors; ++u)
      *reinterpret_cast<V*>(to + i * kPanel + u * kLanes) = sums[i][u];
  }
}

// As many vectors at once as there are registers for.
template <int kLanes>
KERNEL_INLINE void multiply_panel(const Convolution& op, const Patch& patch,
                                  const PixelGroup& group, const float* weights, int64_t width,
                                  float* sums) {
  constexpr int kWidest = kLanes == 16 ? 4 : 2;
  int64_t o = 0;
  for (; o + kWidest * kLanes <= width; o += kWidest * kLanes)
    multiply<kLanes, kWidest>(op, patch, group, weights + o, width, sums + o);
  for (; o < width; o += kLanes)
    multiply<kLanes, 1>(op, patch, group, weights + o, width, sums + o);
}

template <typename T>
KERNEL_INLINE void write(const Convolution& op, const PixelGroup& group, const float* sums,
                         int64_t first) {
  const int64_t count = std::min(kPanel, op.filter.out_channels - first);
  const T* bias = static_cast<const T*>(op.bias) + first;
  for (int64_t i = 0; i < group.count; ++i) {
    T* out = static_cast<T*>(op.out) + group.output[i] + first;
    const T* residual = static_cast<const T*>(op.residual);
    if (residual != nullptr) residual += group.output[i] + first;
    for (int64_t o = 0; o < count; ++o) {
      const float sum = sums[i * kPanel + o] + load(bias + o);
      store(out + o, residual == nullptr ? sum : sum + load(residual + o));
    }
  }
}

template <int kLanes, typename T>
KERNEL_INLINE void convolve_elements(const Convolution& op, const PixelTile& tile) {
  const ConvolutionFilter& filter = op.filter;
  Patch patch;
  fill_patch<T>(op, tile, ConvolutionPath::kPortable, patch, [&](char* to, const T* from) {
    float* values = reinterpret_cast<float*>(to);
    for (int64_t c = 0; c < filter.in_channels; ++c)
      values[c] = from == nullptr ? 0.0f : load(from + c);
  });
  const float* weights = static_cast<const float*>(op.packed);
  const int64_t steps = filter.rows * filter.columns * patch.channels;
  alignas(64) float sums[kGroup * kPanel];
  for (int64_t first = 0; first < filter.out_channels; first += kPanel) {
    const int64_t width = panel_width(filter, first);
    for (int64_t pixel = 0; pixel < tile.rows * tile.columns; pixel += kGroup) {
      const PixelGroup group = find_group(op, tile, patch, pixel);
      multiply_panel<kLanes>(op, patch, group, weights, width, sums);
      write<T>(op, group, sums, first);
    }
    weights += steps * width;
  }
}

template <int kLanes>
KERNEL_INLINE void convolve(const Convolution& op, const PixelTile& tile) {
  switch (op.filter.dtype) {
    case DType::kFloat32:
      return convolve_elements<kLanes, float>(op, tile);
    case DType::kBFloat16:
      return convolve_elements<kLanes, BFloat16>(op, tile);
    case DType::kFloat16:
      return convolve_elements<kLanes, Float16>(op, tile);
  }
}

}  // namespace

void convolve_portable(const Convolution& op, const PixelTile& tile) { convolve<4>(op, tile); }

#if defined(__x86_64__)
KERNEL_AVX2 void convolve_avx2(const Convolution& op, const PixelTile& tile) {
  convolve<8>(op, tile);
}

KERNEL_AVX512 void convolve_avx512(const Convolution& op, const PixelTile& tile) {
  convolve<16>(op, tile);
}
#endif

}  // namespace reflectionflow::kernels
