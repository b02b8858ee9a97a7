// Packing against its formula in both layouts of the latents, and packing followed by unpacking.
#include "latent_packing/latent_packing.h"

#include "common/kernel_suite.h"
#include "latent_packing/latent_packing_ref.h"

namespace reflectionflow::kernels {
namespace {

using Launch = void (*)(const LatentPacking&, Stream);

LatentPacking shape(int64_t batch, int64_t channels, int64_t height, int64_t width,
                    bool channels_last) {
  LatentPacking op;
  op.batch = batch;
  op.channels = channels;
  op.height = height;
  op.width = width;
  op.channels_last = channels_last;
  return op;
}

KernelCase make_case(Launch launch, bool pack, const char* name, const LatentPacking& op) {
  const Layout flat = dense(op.batch, 1, op.channels * op.height * op.width);
  KernelCase test;
  test.name = name;
  test.inputs = {{flat, random_values(1, flat.count())}};
  test.outputs = {{flat}};
  test.reference = [=](const std::vector<Values>& in) {
    return std::vector<Values>{pack ? pack_latents_ref(op, in[0]) : unpack_latents_ref(op, in[0])};
  };
  test.launch = [=](DType dtype, const std::vector<void*>& in, const std::vector<void*>& out,
                    Stream stream) {
    LatentPacking call = op;
    call.dtype = dtype;
    call.in = in[0];
    call.out = out[0];
    launch(call, stream);
  };
  return test;
}

std::vector<KernelCase> cases(Launch launch, bool pack) {
  std::vector<KernelCase> all;
  for (const bool last : {false, true}) {
    all.push_back(make_case(launch, pack, "one patch", shape(1, 1, 2, 2, last)));
    all.push_back(make_case(launch, pack, "odd patches", shape(3, 5, 6, 14, last)));
    all.push_back(make_case(launch, pack, "whole vectors", shape(2, 16, 6, 24, last)));
    all.push_back(make_case(launch, pack, "worth threads", shape(2, 17, 34, 32, last)));
    LatentPacking scaled = shape(2, 16, 10, 4, last);
    scaled.scale = pack ? 0.3611f : 1.0f / 0.3611f;
    scaled.shift = pack ? -0.1159f * 0.3611f : 0.1159f;
    all.push_back(make_case(launch, pack, "with the autoencoder's scale", scaled));
  }
  return all;
}

TEST(packing_equals_its_formula_on_the_cpu) { run_suite(cases(pack_latents, true), cpu_device()); }

TEST(unpacking_equals_its_formula_on_the_cpu) {
  run_suite(cases(unpack_latents, false), cpu_device());
}

CUDA_TEST(equals_its_formula_on_cuda) {
  run_suite(cases(pack_latents, true), cuda_device());
  run_suite(cases(unpack_latents, false), cuda_device());
}

TEST(a_patch_becomes_a_token_row_by_row) {
  // Two channels of 2 x 4: two tokens of eight values, written out by hand.
  const float latents[16] = {0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 14, 15, 16, 17};
  const std::vector<float> expected = {0, 1, 4, 5, 10, 11, 14, 15, 2, 3, 6, 7, 12, 13, 16, 17};
  std::vector<float> packed(16);
  LatentPacking op = shape(1, 2, 2, 4, false);
  op.in = latents;
  op.out = packed.data();
  pack_latents(op, {});
  CHECK(packed == expected);
}

TEST(unpacking_undoes_packing) {
  const std::vector<float> latents = random_values(5, 2 * 16 * 6 * 10);
  std::vector<float> packed(latents.size()), back(latents.size());
  LatentPacking op = shape(2, 16, 6, 10, true);
  op.in = latents.data();
  op.out = packed.data();
  pack_latents(op, {});
  op.in = packed.data();
  op.out = back.data();
  unpack_latents(op, {});
  CHECK(back == latents);
  CHECK(packed != latents);
}

TEST(refuses_what_it_cannot_do) {
  float x[4] = {}, y[4] = {};
  LatentPacking op = shape(1, 1, 2, 2, false);
  op.in = x;
  op.out = y;
  LatentPacking bad = op;
  bad.height = 3;
  CHECK_REFUSED(pack_latents(bad, {}), "pack_latents: height 3 is not even");
  bad = op;
  bad.width = 0;
  CHECK_REFUSED(unpack_latents(bad, {}), "unpack_latents: width 0 is not positive");
  bad = op;
  bad.out = x;
  CHECK_REFUSED(unpack_latents(bad, {}), "unpack_latents: cannot work in place");
  if (!kCudaBuild)
    CHECK_REFUSED(pack_latents(op, Stream{nullptr, true}),
                  "pack_latents: this build has no CUDA kernels");
}

}  // namespace
}  // namespace reflectionflow::kernels
