// GroupNorm and SiLU against their formula, with groups smaller and larger than the CPU kernel's
// bundles and chunks.
#include "group_norm_silu/group_norm_silu.h"

#include "common/kernel_suite.h"
#include "group_norm_silu/group_norm_silu_ref.h"

namespace reflectionflow::kernels {
namespace {

using Launch = void (*)(const GroupNormSilu&, Stream);

KernelCase make_case(Launch launch, const char* name, int64_t batch, int64_t pixels,
                     int64_t channels, int64_t groups, bool silu, bool in_place, float centre) {
  GroupNormSilu op;
  op.batch = batch;
  op.pixels = pixels;
  op.channels = channels;
  op.groups = groups;
  op.silu = silu;
  const Layout image = dense(batch, pixels, channels), vector = dense(1, 1, channels);
  KernelCase test;
  test.name = name;
  test.inputs = {{image, random_values(1, image.count(), 2, centre)},
                 {vector, random_values(2, channels, 0.5f, 1)},
                 {vector, random_values(3, channels)},
                 {dense(1, 1, group_norm_silu_workspace(op)),
                  Values(group_norm_silu_workspace(op), std::nanf("")), Stored::kFloat32}};
  test.outputs = {{image, in_place ? 0 : -1}};
  test.reference = [op](const std::vector<Values>& in) {
    return std::vector<Values>{group_norm_silu_ref(op, in[0], in[1], in[2])};
  };
  test.launch = [=](DType dtype, const std::vector<void*>& in, const std::vector<void*>& out,
                    Stream stream) {
    GroupNormSilu call = op;
    call.dtype = dtype;
    call.x = in[0];
    call.weight = in[1];
    call.bias = in[2];
    call.workspace = static_cast<float*>(in[3]);
    call.out = out[0];
    launch(call, stream);
  };
  return test;
}

std::vector<KernelCase> cases(Launch launch) {
  return {make_case(launch, "one element", 1, 1, 1, 1, true, false, 0),
          make_case(launch, "groups of one channel", 3, 33, 7, 7, true, false, 0),
          make_case(launch, "groups of three", 1, 130, 21, 7, true, true, 0),
          make_case(launch, "groups of four", 3, 49, 128, 32, true, false, 0),
          make_case(launch, "no SiLU", 1, 65, 40, 2, false, true, 0),
          make_case(launch, "one group of many channels", 2, 7, 150, 1, true, false, 0),
          make_case(launch, "an image of the decoder", 1, 1089, 256, 32, true, false, 1),
          make_case(launch, "far from zero", 1, 257, 64, 32, true, false, 8),
          make_case(launch, "very far from zero", 1, 4099, 128, 32, true, false, 1000),
          make_case(launch, "slabs, and groups of two bundles", 2, 1031, 130, 65, true, false, 3),
          make_case(launch, "slabs, and groups larger than chunks", 1, 90, 1300, 2, true, true, 0),
          make_case(launch, "a chunk that ends within a group", 1, 67, 900, 3, false, false, 0)};
}

TEST(equals_its_formula_on_the_cpu) { run_suite(cases(group_norm_silu), cpu_device()); }

CUDA_TEST(equals_its_formula_on_cuda) { run_suite(cases(group_norm_silu), cuda_device()); }

TEST(nan_stays_in_its_group) {
  std::vector<KernelCase> one = {
      make_case(group_norm_silu, "NaN in a group", 2, 9, 12, 4, true, false, 0)};
  one[0].inputs[0].values[17] = std::nanf("");
  run_suite(one, cpu_device());
}

TEST(refuses_what_it_cannot_do) {
  float x[12] = {};
  GroupNormSilu op;
  op.batch = op.pixels = 1;
  op.channels = 12;
  op.groups = 4;
  op.x = op.weight = op.bias = x;
  op.out = x;
  GroupNormSilu bad = op;
  bad.groups = 5;
  CHECK_REFUSED(group_norm_silu(bad, {}),
                "group_norm_silu: channels 12 is not a multiple of groups 5");
  bad.groups = 0;
  CHECK_REFUSED(group_norm_silu(bad, {}), "group_norm_silu: groups 0 is not positive");
  bad = op;
  bad.channels = 8196;
  CHECK_REFUSED(group_norm_silu(bad, {}), "group_norm_silu: channels 8196 is more than 8192");
  bad = op;
  bad.epsilon = -1;
  CHECK_REFUSED(group_norm_silu(bad, {}), "group_norm_silu: epsilon -1 is not positive");
  CHECK_REFUSED(group_norm_silu(op, Stream{nullptr, true}),
                kCudaBuild ? "group_norm_silu: workspace is null"
                           : "group_norm_silu: this build has no CUDA kernels");
}

}  // namespace
}  // namespace reflectionflow::kernels
