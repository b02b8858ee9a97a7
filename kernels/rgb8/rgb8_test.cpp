// Pixel conversion against its formulas and against diffusers' image processor, byte for byte.
#include "rgb8/rgb8.h"

#include "common/golden.h"
#include "common/kernel_suite.h"
#include "rgb8/rgb8_ref.h"

namespace reflectionflow::kernels {
namespace {

using Launch = void (*)(const Rgb8&, Stream);

KernelCase make_case(Launch launch, const char* name, Values values, bool to_bytes) {
  const Layout flat = dense(1, 1, static_cast<int64_t>(values.size()));
  KernelCase test;
  test.name = name;
  test.inputs = {{flat, std::move(values), to_bytes ? Stored::kAsTested : Stored::kByte}};
  test.outputs = {{flat, -1, to_bytes ? Stored::kByte : Stored::kAsTested}};
  test.reference = [to_bytes](const std::vector<Values>& in) {
    return std::vector<Values>{to_bytes ? rgb8_from_image_ref(in[0]) : image_from_rgb8_ref(in[0])};
  };
  test.launch = [=](DType dtype, const std::vector<void*>& in, const std::vector<void*>& out,
                    Stream stream) {
    Rgb8 op;
    op.dtype = dtype;
    op.values = flat.width;
    op.in = in[0];
    op.out = out[0];
    launch(op, stream);
  };
  return test;
}

// In turn, from 0 on.
Values all_bytes(int64_t count) {
  Values values(count);
  for (int64_t i = 0; i < count; ++i) values[i] = static_cast<float>(i % 256);
  return values;
}

std::vector<KernelCase> cases(Launch to_bytes, Launch to_image) {
  const float infinity = std::numeric_limits<float>::infinity();
  return {make_case(to_bytes, "one value", {0.3f}, true),
          make_case(to_bytes, "odd count", random_values(1, 3 * 37 * 5, 0.6f), true),
          make_case(to_bytes, "whole vectors", random_values(3, 8208, 0.6f), true),
          make_case(to_bytes, "non-finite",
                    {std::nanf(""), infinity, -infinity, 3e38f, -1.0f, 1.0f}, true),
          make_case(to_bytes, "worth threads", random_values(2, 33001, 0.6f), true),
          make_case(to_image, "all bytes", all_bytes(256), false),
          make_case(to_image, "whole vectors of bytes", all_bytes(8208), false),
          make_case(to_image, "bytes worth threads", all_bytes(33001), false),
          make_case(to_image, "one byte", {200}, false)};
}

TEST(equals_its_formula_on_the_cpu) {
  run_suite(cases(rgb8_from_image, image_from_rgb8), cpu_device());
}

CUDA_TEST(equals_its_formula_on_cuda) {
  run_suite(cases(rgb8_from_image, image_from_rgb8), cuda_device());
}

TEST(ends_as_diffusers_does) {
  const GoldenFile golden("images.safetensors");
  const auto image = golden.tensor<float>("postprocess.input");
  const auto unit = golden.tensor<float>("postprocess.float");
  const auto expected = golden.tensor<uint8_t>("postprocess.uint8");
  std::vector<uint8_t> pixels(image.size());
  Rgb8 op;
  op.values = static_cast<int64_t>(image.size());
  op.in = image.data();
  op.out = pixels.data();
  rgb8_from_image(op, {});
  CHECK(image.size() == 301);
  for (size_t i = 0; i < image.size(); ++i) {
    CHECK_THAT(pixels[i] == expected[i],
               image[i] << " gives " << +pixels[i] << ", not " << +expected[i]);
    CHECK_THAT(std::fabs(unit_interval_ref(image[i]) - unit[i]) <= 1e-6f, "element " << i);
  }
}

TEST(begins_as_diffusers_does) {
  const GoldenFile golden("images.safetensors");
  const auto pixels = golden.tensor<uint8_t>("normalize.uint8");
  const auto expected = golden.tensor<float>("normalize.float");
  std::vector<float> image(pixels.size());
  Rgb8 op;
  op.values = static_cast<int64_t>(pixels.size());
  op.in = pixels.data();
  op.out = image.data();
  image_from_rgb8(op, {});
  CHECK(pixels.size() == 256);
  for (size_t i = 0; i < pixels.size(); ++i) {
    CHECK_THAT(std::fabs(image[i] - expected[i]) <= 1e-6f, "pixel " << +pixels[i]);
  }
}

TEST(every_byte_survives_the_way_there_and_back) {
  std::vector<uint8_t> pixels(256), back(256);
  for (int i = 0; i < 256; ++i) pixels[i] = static_cast<uint8_t>(i);
  std::vector<Float16> image(256);
  Rgb8 there;
  there.dtype = DType::kFloat16;
  there.values = 256;
  there.in = pixels.data();
  there.out = image.data();
  image_from_rgb8(there, {});
  Rgb8 home = there;
  home.in = image.data();
  home.out = back.data();
  rgb8_from_image(home, {});
  CHECK(back == pixels);
}

TEST(refuses_what_it_cannot_do) {
  float x[4] = {};
  Rgb8 op;
  CHECK_REFUSED(rgb8_from_image(op, {}), "rgb8_from_image: values 0 is not positive");
  op.values = 4;
  CHECK_REFUSED(image_from_rgb8(op, {}), "image_from_rgb8: in is null");
  op.in = x;
  CHECK_REFUSED(image_from_rgb8(op, {}), "image_from_rgb8: out is null");
  op.out = x;
  if (!kCudaBuild)
    CHECK_REFUSED(rgb8_from_image(op, Stream{nullptr, true}),
                  "rgb8_from_image: this build has no CUDA kernels");
}

}  // namespace
}  // namespace reflectionflow::kernels
