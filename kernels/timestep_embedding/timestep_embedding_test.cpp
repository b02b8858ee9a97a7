// The sinusoidal embedding against its formula; models/embedders_test holds it against diffusers.
#include "timestep_embedding/timestep_embedding.h"

#include "common/kernel_suite.h"
#include "timestep_embedding/timestep_embedding_ref.h"

namespace reflectionflow::kernels {
namespace {

using Launch = void (*)(const TimestepEmbedding&, Stream);

KernelCase make_case(Launch launch, const char* name, int64_t frequencies, const Values& values) {
  TimestepEmbedding op;
  op.count = static_cast<int64_t>(values.size());
  op.frequencies = frequencies;
  KernelCase test;
  test.name = name;
  test.inputs = {{dense(1, 1, op.count), values, Stored::kFloat32}};
  test.outputs = {{dense(1, op.count, 2 * frequencies)}};
  test.reference = [op](const std::vector<Values>& in) {
    return std::vector<Values>{timestep_embedding_ref(op, in[0])};
  };
  test.launch = [op, launch](DType dtype, const std::vector<void*>& in,
                             const std::vector<void*>& out, Stream stream) {
    TimestepEmbedding call = op;
    call.dtype = dtype;
    call.values = static_cast<const float*>(in[0]);
    call.out = out[0];
    launch(call, stream);
  };
  return test;
}

// Timesteps and guidance scales as the model meets them: times 1000, rounded to bfloat16.
std::vector<KernelCase> cases(Launch launch) {
  return {make_case(launch, "one frequency", 1, {0.5f}),
          make_case(launch, "odd count", 7, {0.0f, 1.0f, 999.0f}),
          make_case(launch, "timesteps", 128, {1000.0f, 752.0f, 500.0f, 3.5f, 0.0f}),
          make_case(launch, "guidance scales", 128, {1000.0f, 3504.0f, 7008.0f}),
          make_case(launch, "non-finite", 3, {std::numeric_limits<float>::infinity(), 2.0f})};
}

TEST(equals_its_formula_on_the_cpu) { run_suite(cases(timestep_embedding), cpu_device()); }

CUDA_TEST(equals_its_formula_on_cuda) { run_suite(cases(timestep_embedding), cuda_device()); }

TEST(refuses_what_it_cannot_do) {
  float x[4] = {};
  TimestepEmbedding op;
  op.count = 1;
  op.frequencies = 2;
  op.values = x;
  CHECK_REFUSED(timestep_embedding(op, {}), "timestep_embedding: out is null");
  op.out = x;
  op.frequencies = 0;
  CHECK_REFUSED(timestep_embedding(op, {}), "timestep_embedding: frequencies 0 is not positive");
  op.frequencies = 2;
  if (!kCudaBuild)
    CHECK_REFUSED(timestep_embedding(op, Stream{nullptr, true}),
                  "timestep_embedding: this build has no CUDA kernels");
}

}  // namespace
}  // namespace reflectionflow::kernels
