// GroupNorm and SiLU, and their loops on the CPU: one pass for the statistics, one to write. Slabs
// of whole rows in parallel, so that memory is read in order.
#include <algorithm>
#include <cmath>

#include "common/cuda_build.h"
#include "common/element.h"
#include "common/parallel.h"
#include "common/precondition.h"
#include "common/vectorised.h"
#include "group_norm_silu/group_norm_silu.h"
#include "group_norm_silu/group_norm_silu_cuda.h"

namespace reflectionflow::kernels {
namespace {

constexpr const char* kOp = "group_norm_silu";
constexpr int64_t kGroups = 32;       // whose statistics live on the stack together
constexpr int64_t kSlabs = 64;        // of a sample's pixels, whatever the number of threads
constexpr int64_t kChunk = 512;       // channels worked on at once
constexpr int64_t kSummed = 1 << 15;  // elements that are summed before they leave the near caches

void check(const GroupNormSilu& op, Stream stream) {
  require_dtype(kOp, op.dtype);
  require_positive(kOp, "batch", op.batch);
  require_positive(kOp, "pixels", op.pixels);
  require_positive(kOp, "channels", op.channels);
  require(op.channels <= kNormChannels, kOp, "channels ", op.channels, " is more than ",
          kNormChannels);
  require_positive(kOp, "groups", op.groups);
  require(op.channels % op.groups == 0, kOp, "channels ", op.channels,
          " is not a multiple of groups ", op.groups);
  require(op.epsilon > 0, kOp, "epsilon ", op.epsilon, " is not positive");
  require_memory(kOp, "x", op.x);
  require_memory(kOp, "weight", op.weight);
  require_memory(kOp, "bias", op.bias);
  require_memory(kOp, "out", op.out);
  if (stream.on_cuda && kCudaBuild) require_memory(kOp, "workspace", op.workspace);
}

// The groups first, first + 1, .. of one sample, at most kGroups of them, and how their pixels are
// cut into slabs.
struct Bundle {
  int64_t sample, first, groups, slabs;
};

int64_t group_size(const GroupNormSilu& op) { return op.channels / op.groups; }

// Elements before a pixel's first channel of the bundle.
int64_t offset(const GroupNormSilu& op, const Bundle& bundle, int64_t pixel) {
  return (bundle.sample * op.pixels + pixel) * op.channels + bundle.first * group_size(op);
}

int64_t slab_begin(const GroupNormSilu& op, const Bundle& bundle, int64_t slab) {
  return slab * op.pixels / bundle.slabs;
}

// Of the elements of each group: how many, their mean and the sum of squared distances from it.
struct Moments {
  double count[kGroups] = {}, mean[kGroups] = {}, squares[kGroups] = {};

  // As if these elements and others had been counted together.
  void add(int64_t group, double others, double their_mean, double their_squares) {
    if (others == 0) return;
    const double all = count[group] + others, distance = their_mean - mean[group];
    mean[group] += distance * others / all;
    squares[group] += their_squares + distance * distance * count[group] * others / all;
    count[group] = all;
  }
};

// Sums over rows, by channel, of x - centre or of its square.
template <bool kSquared, typename T>
KERNEL_INLINE void sum_rows(const T* x, int64_t stride, int64_t rows, int64_t channels,
                            const float* centre, float* sums) {
  std::fill_n(sums, channels, 0.0f);
  for (int64_t r = 0; r < rows; ++r) {
    const T* row = x + r * stride;
#pragma omp simd
    for (int64_t c = 0; c < channels; ++c) {
      const float value = load(row + c) - centre[c];
      sums[c] += kSquared ? value * value : value;
    }
  }
}

// Rows of the channels [c0, c0 + channels) of a bundle; distances are taken from the mean of the
// block, so that nothing cancels.
template <typename T>
KERNEL_INLINE void add_block(const GroupNormSilu& op, const T* x, int64_t rows, int64_t c0,
                             int64_t channels, Moments& moments) {
  const int64_t size = group_size(op);
  float centre[kChunk] = {}, sums[kChunk], mean[kGroups];
  const auto for_groups = [&](const auto& body) {
    for (int64_t c = c0; c < c0 + channels;) {
      const int64_t group = c / size, end = std::min((group + 1) * size, c0 + channels);
      float total = 0;
      for (int64_t i = c; i < end; ++i) total += sums[i - c0];
      body(group, c - c0, end - c0, total);
      c = end;
    }
  };
  sum_rows<false>(x, op.channels, rows, channels, centre, sums);
  for_groups([&](int64_t group, int64_t begin, int64_t end, float total) {
    mean[group] = total / static_cast<float>(rows * (end - begin));
    std::fill(centre + begin, centre + end, mean[group]);
  });
  sum_rows<true>(x, op.channels, rows, channels, centre, sums);
  for_groups([&](int64_t group, int64_t begin, int64_t end, float total) {
    moments.add(group, static_cast<double>(rows * (end - begin)), mean[group], total);
  });
}

template <typename T>
KERNEL_INLINE void add_slab(const GroupNormSilu& op, const Bundle& bundle, int64_t slab,
                            Moments& moments) {
  const int64_t end = slab_begin(op, bundle, slab + 1), all = bundle.groups * group_size(op);
  const int64_t rows = std::max<int64_t>(1, kSummed / std::min(all, kChunk));
  for (int64_t p = slab_begin(op, bundle, slab); p < end; p += rows) {
    for (int64_t c0 = 0; c0 < all; c0 += kChunk) {
      const T* x = static_cast<const T*>(op.x) + offset(op, bundle, p) + c0;
      add_block(op, x, std::min(rows, end - p), c0, std::min(kChunk, all - c0), moments);
    }
  }
}

// y / (1 + exp(-y)), right to 2^-22 of y. Less than fast_exp does: here an exponential that is far
// from 1 needs neither all its bits nor its ends.
KERNEL_INLINE float silu(float y) {
  constexpr float kRounder = 12582912.0f;  // 1.5 * 2^23: adding it rounds to an integer
  constexpr uint32_t kSign = 0x80000000u, kLargest = 0x42ac0000u;  // 86
  // As integers, since compilers keep comparisons of floats as branches.
  const float x = float_of((bits_of(y) & kSign) | std::min(bits_of(y) & ~kSign, kLargest));
  const float power = x * -1.44269504f;
  const float shifted = power + kRounder;
  const float f = power - (shifted - kRounder);
  // Taylor's coefficients of 2^f: |f| <= 1/2, so the term after the last is below 2^-23.
  float sum = 1.5403530e-4f;
  sum = sum * f + 1.3333558e-3f;
  sum = sum * f + 9.6181291e-3f;
  sum = sum * f + 5.5504109e-2f;
  sum = sum * f + 2.4022651e-1f;
  sum = sum * f + 6.9314718e-1f;
  sum = sum * f + 1.0f;
  return y / (1.0f + float_of(bits_of(sum) + (bits_of(shifted) << 23)));
}

template <bool kSilu, typename T>
KERNEL_INLINE void write_rows(const T* x, T* out, int64_t stride, int64_t rows, int64_t channels,
                              const float* centre, const float* factor, const float* bias) {
  for (int64_t r = 0; r < rows; ++r) {
    const int64_t at = r * stride;
#pragma omp simd
    for (int64_t c = 0; c < channels; ++c) {
      const float y = (load(x + at + c) - centre[c]) * factor[c] + bias[c];
      store(out + at + c, kSilu ? silu(y) : y);
    }
  }
}

template <typename T>
KERNEL_INLINE void write_slab(const GroupNormSilu& op, const Bundle& bundle, int64_t slab,
                              const Moments& moments) {
  const int64_t begin = slab_begin(op, bundle, slab), all = bundle.groups * group_size(op);
  const int64_t rows = slab_begin(op, bundle, slab + 1) - begin;
  const int64_t first = bundle.first * group_size(op);
  for (int64_t c0 = 0; c0 < all; c0 += kChunk) {
    const int64_t channels = std::min(kChunk, all - c0), at = offset(op, bundle, begin) + c0;
    float centre[kChunk], factor[kChunk], bias[kChunk];
    for (int64_t c = 0; c < channels; ++c) {
      const int64_t group = (c0 + c) / group_size(op), channel = first + c0 + c;
      const double variance = moments.squares[group] / moments.count[group];
      centre[c] = static_cast<float>(moments.mean[group]);
      factor[c] = static_cast<float>(1 / std::sqrt(variance + op.epsilon)) *
                  load(static_cast<const T*>(op.weight) + channel);
      bias[c] = load(static_cast<const T*>(op.bias) + channel);
    }
    const T* x = static_cast<const T*>(op.x) + at;
    T* out = static_cast<T*>(op.out) + at;
    if (op.silu) {
      write_rows<true>(x, out, op.channels, rows, channels, centre, factor, bias);
    } else {
      write_rows<false>(x, out, op.channels, rows, channels, centre, factor, bias);
    }
  }
}

template <typename T>
void normalise(const GroupNormSilu& op, const Bundle& bundle) {
  Moments slabs[kSlabs];
#pragma omp parallel if (bundle.slabs > 1)
  {
#pragma omp for schedule(static)
    for (int64_t slab = 0; slab < bundle.slabs; ++slab)
      vectorised([&] { add_slab<T>(op, bundle, slab, slabs[slab]); });
#pragma omp single
    for (int64_t slab = 1; slab < bundle.slabs; ++slab) {
      for (int64_t g = 0; g < bundle.groups; ++g)
        slabs[0].add(g, slabs[slab].count[g], slabs[slab].mean[g], slabs[slab].squares[g]);
    }
    // Backwards: of an image larger than the cache, the end is still there.
#pragma omp for schedule(static)
    for (int64_t i = 1; i <= bundle.slabs; ++i)
      vectorised([&] { write_slab<T>(op, bundle, bundle.slabs - i, slabs[0]); });
  }
}

}  // namespace

void group_norm_silu(const GroupNormSilu& op, Stream stream) {
  check(op, stream);
  if (stream.on_cuda) {
    if constexpr (kCudaBuild) return group_norm_silu_cuda(op, stream);
    refuse_cuda(kOp);
  }
  // By the size alone, so that results do not depend on the number of threads.
  const int64_t slabs =
      std::clamp<int64_t>(op.pixels * op.channels / kElementsForThreads, 1, kSlabs);
  with_element_type(op.dtype, [&](auto* element) {
    using T = std::remove_pointer_t<decltype(element)>;
    for (int64_t b = 0; b < op.batch; ++b) {
      for (int64_t first = 0; first < op.groups; first += kGroups)
        normalise<T>(op, {b, first, std::min(kGroups, op.groups - first), slabs});
    }
  });
}

}  // namespace reflectionflow::kernels
