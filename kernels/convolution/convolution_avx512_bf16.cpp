// Convolution for bfloat16 on AVX-512 BF16: a pixel's pair of channels is broadcast against packed
// weights, pairs of bfloat16 multiply into float32.
#if defined(__x86_64__)
#include <cstring>

#include "common/avx512_bf16.h"
#include "common/element.h"
#include "convolution/convolution_paths.h"

namespace reflectionflow::kernels {
namespace {

constexpr int64_t kLanes = 16;
constexpr int kVectors = kPanel / kLanes;

AVX512_BF16_INLINE __m512 widen(__m256i values) {
  return (__m512)_mm512_slli_epi32(_mm512_cvtepu16_epi32(values), 16);
}

AVX512_BF16_INLINE __mmask16 lanes_left(int64_t left) {
  return static_cast<__mmask16>(left >= kLanes ? 0xffff : left > 0 ? (1u << left) - 1 : 0);
}

// A group of pixels and the panel of output channels that begins at `first`.
template <int kWidth>
AVX512_BF16 void convolve_group(const Convolution& op, const Patch& patch, const PixelGroup& group,
                                const int32_t* weights, int64_t first) {
  const auto* bias = static_cast<const BFloat16*>(op.bias) + first;
  auto* out = static_cast<BFloat16*>(op.out) + first;
  const int64_t left = op.filter.out_channels - first;
  __m512 sums[kGroup][kWidth];
#pragma GCC unroll 4
  for (int u = 0; u < kWidth; ++u) {
    const __m512 start =
        widen(_mm256_maskz_loadu_epi16(lanes_left(left - u * kLanes), bias + u * kLanes));
#pragma GCC unroll 6
    for (int i = 0; i < kGroup; ++i) sums[i][u] = start;
  }
  const int64_t steps = op.filter.columns * patch.channels;
  for (int64_t r = 0; r < op.filter.rows; ++r) {
    const char* input[kGroup];
#pragma GCC unroll 6
    for (int i = 0; i < kGroup; ++i) input[i] = group.input[i] + r * patch.row_bytes();
    multiply_pairs<kGroup, kWidth>(input, weights, steps, sums);
    weights += steps * kWidth * kLanes;
  }
#pragma GCC unroll 6
  for (int i = 0; i < kGroup; ++i) {
    if (i >= group.count) break;
#pragma GCC unroll 4
    for (int u = 0; u < kWidth; ++u) {
      const __mmask16 mask = lanes_left(left - u * kLanes);
      const int64_t at = group.output[i] + u * kLanes;
      if (op.residual != nullptr) {
        const auto* residual = static_cast<const BFloat16*>(op.residual) + first + at;
        sums[i][u] = _mm512_add_ps(sums[i][u], widen(_mm256_maskz_loadu_epi16(mask, residual)));
      }
      _mm256_mask_storeu_epi16(out + at, mask, (__m256i)_mm512_cvtneps_pbh(sums[i][u]));
    }
  }
}

using ConvolveGroup = void (*)(const Convolution&, const Patch&, const PixelGroup&, const int32_t*,
                               int64_t);
constexpr ConvolveGroup kConvolveGroup[kVectors] = {convolve_group<1>, convolve_group<2>,
                                                    convolve_group<3>, convolve_group<4>};

}  // namespace

void convolve_avx512_bf16(const Convolution& op, const PixelTile& tile) {
  const ConvolutionFilter& filter = op.filter;
  Patch patch;
  const size_t used = static_cast<size_t>(filter.in_channels) * sizeof(BFloat16);
  fill_patch<BFloat16>(op, tile, ConvolutionPath::kAvx512Bf16, patch,
                       [&](char* to, const BFloat16* from) {
                         const size_t copied = from == nullptr ? 0 : used;
                         if (from != nullptr) std::memcpy(to, from, used);
                         std::memset(to + copied, 0, patch.pixel_bytes() - copied);
                       });
  const auto* weights = static_cast<const int32_t*>(op.packed);
  const int64_t steps = filter.rows * filter.columns * patch.channels;
  for (int64_t first = 0; first < filter.out_channels; first += kPanel) {
    const int64_t width = panel_width(filter, first);
    for (int64_t pixel = 0; pixel < tile.rows * tile.columns; pixel += kGroup) {
      kConvolveGroup[width / kLanes - 1](op, patch, find_group(op, tile, patch, pixel), weights,
                                         first);
    }
    weights += steps * width;
  }
}

}  // namespace reflectionflow::kernels
#endif
