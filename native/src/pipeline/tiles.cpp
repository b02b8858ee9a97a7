// Weights rise and fall linearly across an overlap and sum to one at each pixel.
#include "pipeline/tiles.h"

#include <utility>

#include "gated_residual/gated_residual.h"
#include "models/kernel_views.h"
#include "torch/ops.h"

namespace reflectionflow {
namespace {

constexpr int64_t kPixels = 8;  // of a latent, in each direction
constexpr int64_t kColours = 3;

// The weight of each pixel of spans[index].
std::vector<float> ramp(const std::vector<TileSpan>& spans, size_t index) {
  const TileSpan& span = spans[index];
  std::vector<float> weights(static_cast<size_t>(span.count * kPixels), 1.0f);
  const auto fade = [&](int64_t shared, const auto& at) {
    for (int64_t i = 0; i < shared * kPixels; ++i) {
      weights[static_cast<size_t>(at(i))] =
          (static_cast<float>(i) + 0.5f) / static_cast<float>(shared * kPixels);
    }
  };
  if (index > 0) {
    const TileSpan& before = spans[index - 1];
    fade(before.first + before.count - span.first, [](int64_t i) { return i; });
  }
  if (index + 1 < spans.size()) {
    fade(span.first + span.count - spans[index + 1].first,
         [&](int64_t i) { return span.count * kPixels - 1 - i; });
  }
  return weights;
}

Tensor cut(const Tensor& latents, const TileSpan& rows, const TileSpan& columns) {
  const Shape& strides = latents.strides();
  return latents
      .view({1, rows.count, columns.count, latents.size(3)}, strides,
            rows.first * strides[1] + columns.first * strides[2])
      .contiguous();
}

Tensor placed(std::vector<float> values, const Shape& sizes, const Device& device) {
  return Tensor::from_blob(values.data(), sizes, ScalarType::kFloat32).on(device).contiguous();
}

// image += tile weighted, from this pixel on.
void add_tile(Tensor& image, const Tensor& tile, int64_t row, int64_t column,
              const std::vector<float>& row_weights, const std::vector<float>& column_weights) {
  const int64_t height = tile.size(1), width = tile.size(2) * kColours;
  std::vector<float> each_colours;
  for (const float weight : column_weights)
    each_colours.insert(each_colours.end(), kColours, weight);
  const Tensor rows =
      ops::mul(tile.view({height, width}), placed(row_weights, {height, 1}, tile.device()));
  const Tensor gate = placed(std::move(each_colours), {width}, tile.device());
  kernels::GatedResidual op;
  op.dtype = kernels::DType::kFloat32;
  op.batch = 1;
  op.tokens = height;
  op.width = width;
  op.x.data = image.as<float>() + (row * image.size(2) + column) * kColours;
  op.x.row_stride = image.size(2) * kColours;
  op.x.batch_stride = height * op.x.row_stride;
  op.y = const_rows_of(rows, 1);
  op.gate = {gate.data(), 0};
  kernels::gated_residual(op, stream_for(image));
}

}  // namespace

std::vector<TileSpan> spans_of(int64_t length, const Tiling& tiling) {
  if (length <= tiling.side) return {{0, length}};
  const int64_t step = tiling.side - tiling.overlap;
  const int64_t tiles = (length - tiling.overlap + step - 1) / step;
  const int64_t count = (length + (tiles - 1) * tiling.overlap + tiles - 1) / tiles;
  std::vector<TileSpan> spans;
  for (int64_t i = 0; i < tiles; ++i) {
    spans.push_back({i * (length - count) / (tiles - 1), count});
  }
  return spans;
}

Tensor decode_tiles(const Tensor& latents, const Tiling& tiling,
                    const std::function<Tensor(const Tensor& tile)>& decode) {
  Tensor image = Tensor::empty({1, latents.size(1) * kPixels, latents.size(2) * kPixels, kColours},
                               ScalarType::kFloat32, latents.device());
  ops::zero(image);
  const std::vector<TileSpan> rows = spans_of(latents.size(1), tiling);
  const std::vector<TileSpan> columns = spans_of(latents.size(2), tiling);
  for (size_t i = 0; i < rows.size(); ++i) {
    for (size_t j = 0; j < columns.size(); ++j) {
      const Tensor tile = decode(cut(latents, rows[i], columns[j])).to(ScalarType::kFloat32);
      add_tile(image, tile, rows[i].first * kPixels, columns[j].first * kPixels, ramp(rows, i),
               ramp(columns, j));
    }
  }
  return image;
}

}  // namespace reflectionflow
