// The Euler step against its formula, and rounded once only.
#include "euler_step/euler_step.h"

#include "common/kernel_suite.h"
#include "euler_step/euler_step_ref.h"

namespace reflectionflow::kernels {
namespace {

using Launch = void (*)(const EulerStep&, Stream);

KernelCase make_case(Launch launch, const char* name, int64_t batch, int64_t elements) {
  EulerStep op;
  op.batch = batch;
  op.elements = elements;
  KernelCase test;
  test.name = name;
  test.inputs = {{dense(batch, 1, elements), random_values(1, batch * elements)},
                 {dense(batch, 1, elements), random_values(2, batch * elements)},
                 {dense(1, 1, batch), random_values(3, batch, 0.02f, -0.05f), Stored::kFloat32}};
  test.outputs = {{dense(batch, 1, elements), 0}};
  test.reference = [op](const std::vector<Values>& in) {
    return std::vector<Values>{euler_step_ref(op, in[0], in[1], in[2])};
  };
  test.launch = [op, launch](DType dtype, const std::vector<void*>& in,
                             const std::vector<void*>& out, Stream stream) {
    EulerStep call = op;
    call.dtype = dtype;
    call.latents = out[0];
    call.velocity = in[1];
    call.sigma_step = static_cast<const float*>(in[2]);
    launch(call, stream);
  };
  return test;
}

std::vector<KernelCase> cases(Launch launch) {
  return {make_case(launch, "one element", 1, 1), make_case(launch, "odd size", 3, 1025),
          make_case(launch, "64 x 64 pixels", 2, 1024)};
}

TEST(equals_its_formula_on_the_cpu) { run_suite(cases(euler_step), cpu_device()); }

// Summing in bfloat16 would round the product too; the last check shows that these values would
// tell.
TEST(rounds_a_bfloat16_sum_once) {
  const float step = -0.0371f;
  std::vector<BFloat16> latents(999), velocity(999), expected(999);
  const Values a = random_values(7, 999), b = random_values(8, 999);
  int differs_from_rounding_twice = 0;
  for (size_t i = 0; i < latents.size(); ++i) {
    store(&latents[i], a[i]);
    store(&velocity[i], b[i]);
    store(&expected[i], load(&latents[i]) + step * load(&velocity[i]));
    BFloat16 product, twice;
    store(&product, step * load(&velocity[i]));
    store(&twice, load(&latents[i]) + load(&product));
    differs_from_rounding_twice += twice.bits != expected[i].bits;
  }
  EulerStep op;
  op.dtype = DType::kBFloat16;
  op.batch = 1;
  op.elements = 999;
  op.latents = latents.data();
  op.velocity = velocity.data();
  op.sigma_step = &step;
  euler_step(op, {});
  for (size_t i = 0; i < latents.size(); ++i)
    CHECK_THAT(latents[i].bits == expected[i].bits, "element " << i);
  CHECK(differs_from_rounding_twice > 0);
}

TEST(refuses_what_it_cannot_do) {
  float x[4] = {};
  EulerStep op;
  op.batch = 1;
  op.elements = 4;
  op.latents = x;
  op.velocity = x;
  CHECK_REFUSED(euler_step(op, {}), "euler_step: sigma_step is null");
  op.sigma_step = x;
  op.elements = 0;
  CHECK_REFUSED(euler_step(op, {}), "euler_step: elements 0 is not positive");
  CHECK_REFUSED(euler_step(op, Stream{nullptr, true}),
                "euler_step: this build has no CUDA kernel, yet the stream is on CUDA");
}

}  // namespace
}  // namespace reflectionflow::kernels
