// The Euler step against its formula, and rounded once only.
#include "euler_step/euler_step.h"

#include "common/golden.h"
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
          make_case(launch, "64 x 64 pixels", 2, 1024), make_case(launch, "many vectors", 2, 10008),
          make_case(launch, "worth threads", 3, 12001)};
}

TEST(equals_its_formula_on_the_cpu) { run_suite(cases(euler_step), cpu_device()); }

CUDA_TEST(equals_its_formula_on_cuda) { run_suite(cases(euler_step), cuda_device()); }

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

// The first numbers behind a key of the "euler_step" that golden/scheduler.json holds.
Values golden_numbers(const std::string& key, int count) {
  const std::string json = golden_bytes("scheduler.json");
  const size_t key_at = json.find("\"" + key + "\": ", json.find("\"euler_step\""));
  const size_t first = json.find_first_of("-0123456789", key_at + key.size() + 2);
  if (key_at == std::string::npos || first == std::string::npos)
    throw std::runtime_error("scheduler.json has no " + key);
  std::istringstream text(json.substr(first));
  Values values;
  double value;
  char comma;
  while (count-- > 0 && text >> value) {
    values.push_back(static_cast<float>(value));
    text >> comma;
  }
  return values;
}

template <typename T>
Values step_of_golden(DType dtype) {
  constexpr int kElements = 12;
  const float step = golden_numbers("sigma_next", 1)[0] - golden_numbers("sigma", 1)[0];
  const Values sample = golden_numbers("sample", kElements);
  const Values output = golden_numbers("model_output", kElements);
  std::vector<T> latents(kElements), velocity(kElements);
  for (int i = 0; i < kElements; ++i) {
    store(&latents[i], sample.at(i));
    store(&velocity[i], output.at(i));
  }
  EulerStep op;
  op.dtype = dtype;
  op.batch = 1;
  op.elements = kElements;
  op.latents = latents.data();
  op.velocity = velocity.data();
  op.sigma_step = &step;
  euler_step(op, {});
  Values result;
  for (const T& latent : latents) result.push_back(load(&latent));
  return result;
}

TEST(equals_the_golden_step) {
  CHECK(step_of_golden<float>(DType::kFloat32) == golden_numbers("prev_sample", 12));
}

// The reference also rounds the step and the product to bfloat16, which we do not copy: two of
// twelve elements differ.
TEST(differs_from_the_golden_step_in_bfloat16_by_one_unit_at_most) {
  const Values golden = golden_numbers("bf16_prev_sample", 12);
  const Values ours = step_of_golden<BFloat16>(DType::kBFloat16);
  CHECK(golden.size() == 12);
  for (size_t i = 0; i < golden.size(); ++i) {
    const auto units = static_cast<int32_t>(bits_of(ours[i]) >> 16) -
                       static_cast<int32_t>(bits_of(golden[i]) >> 16);
    CHECK_THAT(std::abs(units) <= 1, "element " << i << ": " << ours[i] << " for " << golden[i]);
  }
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
  op.elements = 4;
  if (!kCudaBuild)
    CHECK_REFUSED(euler_step(op, Stream{nullptr, true}),
                  "euler_step: this build has no CUDA kernels");
}

}  // namespace
}  // namespace reflectionflow::kernels
