// What the autoencoder asks of one convolution kernel: upsampled images, every second pixel, and
// sums that are rounded once.
#include "models/image_convolution.h"

#include <algorithm>
#include <cmath>

#include "common/check.h"
#include "error.h"
#include "models/test_tensors.h"

namespace reflectionflow {
namespace {

constexpr int64_t kChannels = 5;

// The same weights whenever it is asked.
WeightMap weights() {
  WeightMap map;
  map.put("conv.weight", drawn({kChannels, kChannels, 3, 3}, 1));
  map.put("conv.bias", drawn({kChannels}, 2));
  return map;
}

ImageConvolution convolution() {
  WeightMap map = weights();
  return {map, "conv", kChannels, kChannels, 3, ScalarType::kFloat32};
}

// The channels of pixel (b, y, x).
const float* pixel(const Tensor& image, int64_t b, int64_t y, int64_t x) {
  return image.as<float>() + ((b * image.size(1) + y) * image.size(2) + x) * image.size(3);
}

// Each pixel twice in both directions.
Tensor repeated(const Tensor& image) {
  Tensor large = Tensor::empty({image.size(0), 2 * image.size(1), 2 * image.size(2), kChannels},
                               ScalarType::kFloat32);
  for (int64_t i = 0; i < large.count(); ++i) {
    const int64_t place = i / kChannels, row = place / large.size(2);
    large.as<float>()[i] = pixel(image, row / large.size(1), row % large.size(1) / 2,
                                 place % large.size(2) / 2)[i % kChannels];
  }
  return large;
}

TEST(an_upsampled_convolution_sees_each_pixel_repeated) {
  const Tensor image = drawn({2, 3, 7, kChannels}, 3);
  WeightMap map = weights();
  const Tensor at_once =
      UpsampledConvolution(map, "conv", kChannels, ScalarType::kFloat32).forward(image);
  const Tensor one_by_one = convolution().forward(repeated(image));
  CHECK(at_once.sizes() == one_by_one.sizes());
  for (int64_t i = 0; i < one_by_one.count(); ++i)
    CHECK_THAT(std::fabs(at_once.as<float>()[i] - one_by_one.as<float>()[i]) < 1e-5f, i);
}

TEST(a_halved_convolution_keeps_every_second_pixel) {
  for (const int64_t height : {6, 7}) {
    const Tensor image = drawn({2, height, 10, kChannels}, 4);
    const Tensor halved = convolution().forward_halved(image);
    const Tensor all = convolution().forward(image);
    CHECK(halved.sizes() == Shape({2, 3, 5, kChannels}));
    for (int64_t i = 0; i < halved.count(); ++i) {
      const int64_t place = i / kChannels, row = place / 5;
      const float* const kept = pixel(all, row / 3, 2 * (row % 3) + 1, 2 * (place % 5) + 1);
      CHECK_THAT(halved.as<float>()[i] == kept[i % kChannels], i);
    }
  }
}

// What a card takes; the CPU has the same operators.
TEST(libtorchs_convolutions_give_what_ours_give) {
  WeightMap map = weights(), doubled_map = weights();
  const LibraryConvolution library(map.take("conv.weight"), map.take("conv.bias"));
  const UpsampledConvolution doubled(doubled_map, "conv", kChannels, ScalarType::kFloat32);
  const auto check_close = [](const Tensor& a, const Tensor& b) {
    CHECK(a.sizes() == b.sizes() && a.is_contiguous());
    for (int64_t i = 0; i < b.count(); ++i)
      CHECK_THAT(std::fabs(a.as<float>()[i] - b.as<float>()[i]) < 1e-5f, i);
  };
  for (const int64_t height : {6, 7}) {
    const Tensor image = drawn({2, height, 10, kChannels}, 6);
    check_close(library.forward(image), convolution().forward(image));
    check_close(library.forward_halved(image), convolution().forward_halved(image));
    check_close(library.forward_doubled(image), doubled.forward(image));
  }
}

// 1 + 2^-9 would be 1 in bfloat16, and 256 + 1 then 256.
TEST(a_residual_is_added_before_the_only_rounding) {
  const auto bfloat16 = [](const Shape& sizes, const std::vector<float>& values) {
    Tensor exact = Tensor::empty(sizes, ScalarType::kFloat32);
    std::copy(values.begin(), values.end(), exact.as<float>());
    return exact.to(ScalarType::kBFloat16);
  };
  WeightMap map;
  map.put("conv.weight", bfloat16({1, 2, 1, 1}, {1, 1}));
  map.put("conv.bias", bfloat16({1}, {0}));
  const ImageConvolution sum(map, "conv", 2, 1, 1, ScalarType::kBFloat16);
  Tensor out = bfloat16({1, 1, 1, 1}, {256});
  sum.add_to(out, bfloat16({1, 1, 1, 2}, {1, 1.0f / 512}));
  CHECK(out.to(ScalarType::kFloat32).as<float>()[0] == 258);
}

TEST(refuses_an_image_of_other_channels) {
  const Tensor image = drawn({1, 2, 2, 4}, 5);
  Tensor out = Tensor::empty({1, 2, 2, kChannels}, ScalarType::kFloat32);
  CHECK_THROWS(Error, convolution().forward(image, out),
               "INTERNAL: a convolution of float32[1, 2, 2, 4] by [5, 5, 3, 3] into "
               "float32[1, 2, 2, 5]");
}

}  // namespace
}  // namespace reflectionflow
