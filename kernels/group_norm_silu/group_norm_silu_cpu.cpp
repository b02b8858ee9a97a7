// GroupNorm and SiLU on the CPU: bundles of neighbouring groups in parallel, so that each cache
// line has one reader.
#include <algorithm>
#include <cmath>

#include "common/element.h"
#include "common/fast_exp.h"
#include "common/parallel.h"
#include "common/precondition.h"
#include "group_norm_silu/group_norm_silu.h"

namespace reflectionflow::kernels {
namespace {

constexpr const char* kOp = "group_norm_silu";
constexpr int64_t kBundle =
    16;  // channels that a task takes at least (64 bytes of float32), in whole groups
constexpr int64_t kChunk = 64;   // channels worked on at once; their sums live on the stack
constexpr int64_t kPixels = 64;  // summed in float32 before they enter a double

void check(const GroupNormSilu& op, Stream stream) {
  require_cpu(kOp, stream);
  require_dtype(kOp, op.dtype);
  require_positive(kOp, "batch", op.batch);
  require_positive(kOp, "pixels", op.pixels);
  require_positive(kOp, "channels", op.channels);
  require_positive(kOp, "groups", op.groups);
  require(op.channels % op.groups == 0, kOp, "channels ", op.channels,
          " is not a multiple of groups ", op.groups);
  require(op.epsilon > 0, kOp, "epsilon ", op.epsilon, " is not positive");
  require_memory(kOp, "x", op.x);
  require_memory(kOp, "weight", op.weight);
  require_memory(kOp, "bias", op.bias);
  require_memory(kOp, "out", op.out);
}

// The channels [begin, begin + count) of one sample: whole groups of `size` channels each.
struct Bundle {
  int64_t begin, count, size, stride, pixels;
};

// For each group the sum over pixels and channels of (x - mean), squared where asked; mean null
// stands for zeros.
template <bool kSquared, typename T>
void sum_groups(const Bundle& bundle, const T* x, const float* mean, double* sums) {
  std::fill_n(sums, kBundle, 0.0);
  for (int64_t c0 = 0; c0 < bundle.count; c0 += kChunk) {
    const int64_t n = std::min(kChunk, bundle.count - c0);
    float centre[kChunk] = {};
    for (int64_t c = 0; mean != nullptr && c < n; ++c) centre[c] = mean[(c0 + c) / bundle.size];
    double totals[kChunk] = {};
    for (int64_t p0 = 0; p0 < bundle.pixels; p0 += kPixels) {
      float partial[kChunk] = {};
      for (int64_t p = p0; p < std::min(p0 + kPixels, bundle.pixels); ++p) {
        const T* row = x + p * bundle.stride + bundle.begin + c0;
#pragma omp simd
        for (int64_t c = 0; c < n; ++c) {
          const float value = load(row + c) - centre[c];
          partial[c] += kSquared ? value * value : value;
        }
      }
      for (int64_t c = 0; c < n; ++c) totals[c] += partial[c];
    }
    for (int64_t c = 0; c < n; ++c) sums[(c0 + c) / bundle.size] += totals[c];
  }
}

template <bool kSilu, typename T>
void write_chunk(const GroupNormSilu& op, const Bundle& bundle, int64_t c0, const T* x, T* out,
                 const float* mean, const float* inverse) {
  const int64_t n = std::min(kChunk, bundle.count - c0);
  float centre[kChunk], factor[kChunk], bias[kChunk];
  for (int64_t c = 0; c < n; ++c) {
    const int64_t channel = bundle.begin + c0 + c, group = (c0 + c) / bundle.size;
    centre[c] = mean[group];
    factor[c] = inverse[group] * load(static_cast<const T*>(op.weight) + channel);
    bias[c] = load(static_cast<const T*>(op.bias) + channel);
  }
  for (int64_t p = 0; p < bundle.pixels; ++p) {
    const int64_t at = p * bundle.stride + bundle.begin + c0;
#pragma omp simd
    for (int64_t c = 0; c < n; ++c) {
      const float y = (load(x + at + c) - centre[c]) * factor[c] + bias[c];
      store(out + at + c, kSilu ? y / (1.0f + fast_exp(-y)) : y);
    }
  }
}

template <typename T>
void normalise_bundle(const GroupNormSilu& op, const Bundle& bundle, const T* x, T* out) {
  const double elements = static_cast<double>(bundle.pixels * bundle.size);
  double sums[kBundle];
  float mean[kBundle], inverse[kBundle];
  sum_groups<false>(bundle, x, nullptr, sums);
  for (int64_t g = 0; g < kBundle; ++g) mean[g] = static_cast<float>(sums[g] / elements);
  sum_groups<true>(bundle, x, mean, sums);
  for (int64_t g = 0; g < kBundle; ++g) {
    inverse[g] = static_cast<float>(1.0 / std::sqrt(sums[g] / elements + op.epsilon));
  }
  for (int64_t c0 = 0; c0 < bundle.count; c0 += kChunk) {
    if (op.silu) {
      write_chunk<true>(op, bundle, c0, x, out, mean, inverse);
    } else {
      write_chunk<false>(op, bundle, c0, x, out, mean, inverse);
    }
  }
}

}  // namespace

void group_norm_silu(const GroupNormSilu& op, Stream stream) {
  check(op, stream);
  const int64_t size = op.channels / op.groups;
  const int64_t width = std::max<int64_t>(1, kBundle / size) * size;
  const int64_t sample = op.pixels * op.channels;
  with_element_type(op.dtype, [&](auto* element) {
    using T = std::remove_pointer_t<decltype(element)>;
#pragma omp parallel for collapse(2) schedule(static) \
    if (worth_threads(op.batch * op.pixels * op.channels))
    for (int64_t b = 0; b < op.batch; ++b) {
      for (int64_t begin = 0; begin < op.channels; begin += width) {
        const Bundle bundle{begin, std::min(width, op.channels - begin), size, op.channels,
                            op.pixels};
        normalise_bundle(op, bundle, static_cast<const T*>(op.x) + b * sample,
                         static_cast<T*>(op.out) + b * sample);
      }
    }
  });
}

}  // namespace reflectionflow::kernels
