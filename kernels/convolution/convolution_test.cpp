// Convolution against its formula on every path and on CUDA, with odd channels, sides and strides.
#include "convolution/convolution.h"

#include <omp.h>

#include <cstdio>

#include "common/kernel_suite.h"
#include "convolution/convolution_ref.h"

namespace reflectionflow::kernels {
namespace {

struct Description {
  const char* name;
  int64_t batch, height, width, in, out, side;
  int64_t stride = 1;
  int64_t zeros = -1;  // before the image; half the filter's side if negative
  int64_t gap = 0;     // elements between two output pixels
  bool residual = false, in_place = false;
};

Convolution describe(const Description& d, ConvolutionPath path) {
  Convolution op;
  op.filter.in_channels = d.in;
  op.filter.out_channels = d.out;
  op.filter.rows = op.filter.columns = d.side;
  op.filter.path = path;
  op.batch = d.batch;
  op.height = d.height;
  op.width = d.width;
  op.stride = d.stride;
  op.out_height = d.height / d.stride;
  op.out_width = d.width / d.stride;
  op.top = op.left = d.zeros < 0 ? d.side / 2 : d.zeros;
  op.out_pixel_stride = d.out + d.gap;
  op.out_row_stride = op.out_width * op.out_pixel_stride;
  op.out_batch_stride = op.out_height * op.out_row_stride + d.gap;
  return op;
}

// Weights are packed on the CPU, wherever they go.
std::shared_ptr<void> pack(const ConvolutionFilter& filter, const void* weights,
                           const Device& device) {
  std::vector<uint8_t> plain(
      static_cast<size_t>(filter.out_channels * filter.in_channels * filter.rows * filter.columns *
                          size_of(filter.dtype)));
  device.download(plain.data(), weights, plain.size());
  std::vector<uint8_t> packed(static_cast<size_t>(packed_bytes(filter)));
  pack_convolution(filter, plain.data(), packed.data());
  std::shared_ptr<void> memory(device.allocate(packed.size()), device.release);
  device.upload(memory.get(), packed.data(), packed.size());
  return memory;
}

void launch(const Convolution& description, DType dtype, const std::vector<void*>& in, void* out,
            const Device& device) {
  Convolution op = description;
  op.filter.dtype = dtype;
  const std::shared_ptr<void> packed = pack(op.filter, in[1], device);
  op.packed = packed.get();
  op.x = in[0];
  op.bias = in[2];
  op.residual = in.size() > 3 ? in[3] : nullptr;
  op.out = out;
  convolution(op, device.stream);
}

KernelCase make_case(ConvolutionPath path, const Description& d, const Device& device) {
  const Convolution op = describe(d, path);
  const Layout image = dense(d.batch, d.height * d.width, d.in);
  const Layout result{d.batch, op.out_height * op.out_width, d.out, op.out_pixel_stride,
                      op.out_batch_stride};
  const Layout weights = dense(1, d.out, d.in * d.side * d.side);
  KernelCase test;
  test.name = std::string(d.name) + " by path " + name_of(path);
  test.inputs = {{image, random_values(1, image.count())},
                 {weights, random_values(2, weights.count(), 0.3f)},
                 {dense(1, 1, d.out), random_values(3, d.out)}};
  if (d.residual) test.inputs.push_back({result, random_values(4, result.count())});
  test.outputs = {{result, d.in_place ? 3 : -1}};
  test.sum_cost = std::max(16.0, std::sqrt(static_cast<double>(d.in * d.side * d.side)));
  test.reference = [op](const std::vector<Values>& in) {
    return std::vector<Values>{
        convolution_ref(op, in[0], in[1], in[2], in.size() > 3 ? in[3] : Values{})};
  };
  test.launch = [=](DType dtype, const std::vector<void*>& in, const std::vector<void*>& out,
                    Stream) { launch(op, dtype, in, out[0], device); };
  return test;
}

std::vector<KernelCase> cases(ConvolutionPath path, const Device& device) {
  const std::vector<Description> all = {
      {"one element", 1, 1, 1, 1, 1, 1},
      {"one pixel in a wide filter", 1, 1, 1, 2, 3, 3},
      {"odd channels", 2, 5, 7, 3, 5, 3},
      {"a unit and one", 1, 9, 17, 16, 17, 3},
      {"two panels", 1, 7, 19, 6, 100, 3, 1, -1, 5},
      {"rows of 1x1", 3, 4, 5, 20, 33, 1},
      {"halved", 2, 10, 14, 8, 12, 3, 2, 0},
      {"2x2, zeros before", 1, 6, 35, 10, 48, 2, 1, 1, 7},
      {"2x2, zeros behind", 1, 13, 6, 10, 16, 2, 1, 0, 16},
      {"a residual", 1, 7, 8, 4, 40, 3, 1, -1, 3, true},
      {"a residual in place", 2, 3, 11, 12, 24, 3, 1, -1, 0, true, true},
      {"channels that shrink the tiles", 1, 2, 20, 1000, 3, 3},
      {"a tile's pixels and channels and some", 1, 9, 17, 24, 136, 3, 1, -1, 8},
      {"a tile over two images", 2, 6, 13, 16, 40, 3},
      {"more than two channels' depth of a stage", 1, 5, 30, 136, 72, 1, 1, -1, 3},
      {"eights, a residual in place", 1, 12, 11, 40, 72, 3, 1, -1, 8, true, true},
      {"eights, halved, a residual", 1, 14, 38, 16, 96, 3, 2, 0, 0, true},
      {"eights, 2x2, a grid", 1, 6, 9, 8, 64, 2, 1, 1, 64},
  };
  std::vector<KernelCase> made;
  for (const Description& d : all) made.push_back(make_case(path, d, device));
  return made;
}

// The whole suite in every dtype that the path takes; says what this processor cannot run.
void run_path(ConvolutionPath path) {
  for (const DType dtype : {DType::kFloat32, DType::kBFloat16, DType::kFloat16}) {
    if (!convolution_runs(path, dtype)) {
      std::printf("skipped: path %s with %s\n", name_of(path), name_of(dtype));
      continue;
    }
    for (const KernelCase& test : cases(path, cpu_device())) run_case(test, cpu_device(), dtype);
  }
}

TEST(equals_its_formula_on_the_cpu) {
  run_suite(cases(ConvolutionPath::kAutomatic, cpu_device()), cpu_device());
}

CUDA_TEST(equals_its_formula_on_cuda) {
  const Device device = cuda_device();
  run_suite(cases(ConvolutionPath::kCuda, device), device);
}

TEST(portable_path) { run_path(ConvolutionPath::kPortable); }
TEST(avx2_path) { run_path(ConvolutionPath::kAvx2); }
TEST(avx512_path) { run_path(ConvolutionPath::kAvx512); }
TEST(avx512_bf16_path) { run_path(ConvolutionPath::kAvx512Bf16); }

// One thread takes large tiles of pixels, sixteen take small ones.
TEST(result_does_not_depend_on_the_tiles) {
  for (const DType dtype : {DType::kFloat32, DType::kBFloat16}) {
    const KernelCase test =
        make_case(ConvolutionPath::kAutomatic, {"threads", 1, 25, 40, 16, 20, 3}, cpu_device());
    omp_set_num_threads(1);
    const CaseRun one = launch_case(test, cpu_device(), dtype, "one thread");
    omp_set_num_threads(16);
    const CaseRun many = launch_case(test, cpu_device(), dtype, "sixteen threads");
    CHECK_THAT(one.bytes == many.bytes, name_of(dtype) << " depends on the number of threads");
  }
}

TEST(automatic_is_the_fastest_path_that_runs) {
  for (const DType dtype : {DType::kFloat32, DType::kBFloat16, DType::kFloat16})
    CHECK(convolution_runs(fastest_convolution(dtype), dtype));
  CHECK(!convolution_runs(ConvolutionPath::kAvx512Bf16, DType::kFloat32));
  CHECK(!convolution_runs(ConvolutionPath::kAvx512Bf16, DType::kFloat16));
}

TEST(refuses_what_it_cannot_do) {
  float x[64] = {};
  Convolution op = describe({"", 1, 2, 2, 4, 4, 3}, ConvolutionPath::kAutomatic);
  op.packed = op.x = op.bias = x;
  op.out = x;
  Convolution bad = op;
  bad.filter.in_channels = 2049;
  CHECK_REFUSED(convolution(bad, {}), "convolution: in_channels 2049 is not in [1, 2048]");
  bad = op;
  bad.filter.rows = 5;
  CHECK_REFUSED(convolution(bad, {}), "convolution: a filter of 5x3 is not in 1x1 to 3x3");
  CHECK_REFUSED(packed_bytes(bad.filter), "convolution: a filter of 5x3 is not in 1x1 to 3x3");
  bad = op;
  bad.stride = 3;
  CHECK_REFUSED(convolution(bad, {}), "convolution: stride 3 is neither 1 nor 2");
  bad = op;
  bad.left = 3;
  CHECK_REFUSED(convolution(bad, {}),
                "convolution: zeros before the image, 1 rows and 3 columns, are not less than the "
                "filter's");
  bad = op;
  bad.out_pixel_stride = 3;
  CHECK_REFUSED(convolution(bad, {}),
                "convolution: output pixel row stride 3 is less than the width 4");
  bad = op;
  bad.packed = nullptr;
  CHECK_REFUSED(convolution(bad, {}), "convolution: packed weights is null");
  bad = op;
  bad.filter.path = ConvolutionPath::kAvx512Bf16;
  CHECK_REFUSED(convolution(bad, {}),
                "convolution: path avx512_bf16 does not run on this processor with dtype 0");
  bad.filter.path = static_cast<ConvolutionPath>(6);
  CHECK_REFUSED(convolution(bad, {}), "convolution: path 6 is unknown");
}

TEST(paths_stay_on_their_devices) {
  float x[64] = {};
  const Stream card{nullptr, true};
  Convolution op = describe({"", 1, 2, 2, 4, 4, 3}, ConvolutionPath::kAutomatic);
  op.packed = op.x = op.bias = x;
  op.out = x;
  CHECK_REFUSED(convolution(op, card), "convolution: path automatic is not CUDA's");
  op.filter.path = ConvolutionPath::kCuda;
  CHECK_REFUSED(convolution(op, {}),
                "convolution: path cuda does not run on this processor with dtype 0");
  if (!kCudaBuild)
    CHECK_REFUSED(convolution(op, card), "convolution: this build has no CUDA kernels");
  op.batch = 1 << 20;
  op.height = 1 << 11;
  CHECK_REFUSED(convolution(op, card),
                "convolution: images of 2048x2 to 2x2, 1048576 of them, are too large for CUDA");
}

// As a checkpoint's weights lie with the channels last.
TEST(a_card_has_the_channels_of_a_tap_side_by_side) {
  const float weights[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};  // (2, 3, 1, 2)
  const float expected[] = {1, 3, 5, 2, 4, 6, 7, 9, 11, 8, 10, 12};
  const ConvolutionFilter filter{DType::kFloat32, 2, 3, 1, 2, ConvolutionPath::kCuda};
  float packed[12] = {};
  CHECK(packed_bytes(filter) == sizeof packed);
  pack_convolution(filter, weights, packed);
  CHECK(std::equal(packed, packed + 12, expected));
}

}  // namespace
}  // namespace reflectionflow::kernels
