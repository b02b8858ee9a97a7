// One kernel does them all: pixels that are skipped, repeated or outside the image are a matter of
// where it reads and writes.
#include "models/image_convolution.h"

#include "convolution/convolution.h"
#include "error.h"
#include "models/kernel_views.h"
#include "models/residual.h"

namespace reflectionflow {
namespace {

constexpr int64_t kSide = 3;  // of the filter after an upsampling

kernels::ConvolutionFilter filter_of(const Shape& sizes, ScalarType type) {
  kernels::ConvolutionFilter filter;
  filter.dtype = kernel_dtype(type);
  filter.out_channels = sizes[0];
  filter.in_channels = sizes[1];
  filter.rows = sizes[2];
  filter.columns = sizes[3];
  return filter;
}

// Row of the small image, 0 or 1 from the first that is seen, behind row `tap` of the filter, for
// output rows of this parity. The same holds for columns.
int64_t small_tap(int64_t parity, int64_t tap) { return (tap + 1 + parity) / 2 - parity; }

// The 2x2 filter that output pixels of these parities see.
Tensor summed_filter(const Tensor& weights, int64_t row_parity, int64_t column_parity) {
  const int64_t filters = weights.size(0) * weights.size(1);
  const Tensor exact = weights.to(ScalarType::kFloat32);
  Tensor sums = Tensor::empty({weights.size(0), weights.size(1), 2, 2}, ScalarType::kFloat32);
  for (int64_t f = 0; f < filters; ++f) {
    float* to = sums.as<float>() + 4 * f;
    for (int64_t i = 0; i < 4; ++i) to[i] = 0;
    for (int64_t tap = 0; tap < kSide * kSide; ++tap) {
      const int64_t row = small_tap(row_parity, tap / kSide);
      const int64_t column = small_tap(column_parity, tap % kSide);
      to[2 * row + column] += exact.as<float>()[kSide * kSide * f + tap];
    }
  }
  return sums.to(weights.type());
}

}  // namespace

PackedFilter::PackedFilter(const Tensor& weights) : sizes_(weights.sizes()), type_(weights.type()) {
  const kernels::ConvolutionFilter filter = filter_of(sizes_, type_);
  packed_ = Tensor::empty({kernels::packed_bytes(filter)}, ScalarType::kUInt8);
  kernels::pack_convolution(filter, weights.data(), packed_.data());
}

void PackedFilter::convolve(const Tensor& x, const Tensor& bias, const View& view,
                            const Grid& grid) const {
  const Tensor& out = grid.out;
  if (x.type() != type_ || x.size(3) != sizes_[1] || !x.is_contiguous() || out.type() != type_ ||
      out.size(0) != x.size(0) || out.size(3) != sizes_[0] || !out.is_contiguous()) {
    throw Error(ErrorCode::kInternal, "a convolution of " + x.to_string() + " by " +
                                          sizes_.to_string() + " into " + out.to_string());
  }
  const int64_t first = (grid.first_row * out.size(2) + grid.first_column) * out.size(3);
  kernels::Convolution op;
  op.filter = filter_of(sizes_, type_);
  op.packed = packed_.data();
  op.batch = x.size(0);
  op.height = x.size(1);
  op.width = x.size(2);
  op.out_height = out.size(1) / grid.step;
  op.out_width = out.size(2) / grid.step;
  op.stride = view.stride;
  op.top = view.top;
  op.left = view.left;
  op.x = x.data();
  op.bias = bias.data();
  op.out = out.as<char>() + first * size_of(type_);
  if (grid.add) op.residual = op.out;
  op.out_batch_stride = out.strides()[0];
  op.out_row_stride = grid.step * out.strides()[1];
  op.out_pixel_stride = grid.step * out.strides()[2];
  kernels::convolution(op, {});
}

ImageConvolution::ImageConvolution(WeightMap& weights, const std::string& name, int64_t in,
                                   int64_t out, int64_t kernel, ScalarType type)
    : padding_(kernel / 2), bias_(weights.take(name + ".bias", {out}, type)) {
  const Tensor taken = weights.take(name + ".weight", {out, in, kernel, kernel}, type);
  if (on_card()) {
    library_ = LibraryConvolution(taken, bias_);
  } else {
    filter_ = PackedFilter(taken);
  }
}

Tensor ImageConvolution::forward(const Tensor& x) const {
  if (on_card()) return library_.forward(x);
  Tensor out = Tensor::empty({x.size(0), x.size(1), x.size(2), filter_.out_channels()}, x.type());
  forward(x, out);
  return out;
}

void ImageConvolution::forward(const Tensor& x, Tensor& out) const {
  if (on_card()) {
    out = Tensor();  // so that what it held is given back before the new memory is taken
    out = library_.forward(x);
  } else {
    filter_.convolve(x, bias_, {padding_, padding_}, {out});
  }
}

void ImageConvolution::add_to(Tensor& out, const Tensor& x) const {
  if (on_card()) {
    add_residual(out, library_.forward(x));
  } else {
    filter_.convolve(x, bias_, {padding_, padding_}, {out, true});
  }
}

Tensor ImageConvolution::forward_halved(const Tensor& x) const {
  if (on_card()) return library_.forward_halved(x);
  Tensor out =
      Tensor::empty({x.size(0), x.size(1) / 2, x.size(2) / 2, filter_.out_channels()}, x.type());
  filter_.convolve(x, bias_, {0, 0, 2}, {out});
  return out;
}

UpsampledConvolution::UpsampledConvolution(WeightMap& weights, const std::string& name,
                                           int64_t channels, ScalarType type)
    : bias_(weights.take(name + ".bias", {channels}, type)) {
  const Tensor taken = weights.take(name + ".weight", {channels, channels, kSide, kSide}, type);
  if (bias_.device().on_cuda()) {
    library_ = LibraryConvolution(taken, bias_);
  } else {
    for (size_t i = 0; i < 4; ++i) filters_[i] = PackedFilter(summed_filter(taken, i / 2, i % 2));
  }
}

Tensor UpsampledConvolution::forward(const Tensor& x) const {
  if (bias_.device().on_cuda()) return library_.forward_doubled(x);
  Tensor out = Tensor::empty({x.size(0), 2 * x.size(1), 2 * x.size(2), x.size(3)}, x.type());
  for (int64_t i = 0; i < 4; ++i) {
    const int64_t row = i / 2, column = i % 2;
    filters_[static_cast<size_t>(i)].convolve(x, bias_, {1 - row, 1 - column},
                                              {out, false, row, column, 2});
  }
  return out;
}

}  // namespace reflectionflow
