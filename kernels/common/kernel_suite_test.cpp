// The suite itself: kernels with one fault each, which it must notice.
#include "common/kernel_suite.h"

namespace reflectionflow::kernels {
namespace {

using Fault = void (*)(float* out, int64_t stride);

// Copies (2, 3) to rows with gaps, then does its damage.
KernelCase faulty_copy(Fault fault) {
  const Layout from = dense(1, 2, 3), to = strided(1, 2, 3);
  KernelCase test;
  test.name = "faulty copy";
  test.inputs = {{from, {1, 2, 3, 4, 5, 6}}};
  test.outputs = {{to}};
  test.reference = [](const std::vector<Values>& in) { return in; };
  test.launch = [=](DType, const std::vector<void*>& in, const std::vector<void*>& out, Stream) {
    float* written = static_cast<float*>(out[0]);
    for (int64_t i = 0; i < 6; ++i) written[to.offset(i)] = static_cast<const float*>(in[0])[i];
    fault(written, to.row_stride);
  };
  return test;
}

// How many checks fail; they do not count against this executable.
int failures(Fault fault) {
  const int before = failed_checks();
  quiet() = true;
  run_case(faulty_copy(fault), cpu_device(), DType::kFloat32);
  const int noticed = failed_checks() - before;
  failed_checks() = before;
  quiet() = false;
  return noticed;
}

TEST(a_sound_kernel_passes) {
  CHECK(failures([](float*, int64_t) {}) == 0);
}

TEST(a_wrong_value_is_noticed) {
  CHECK(failures([](float* out, int64_t) { out[1] *= 1.00001f; }) > 0);
}

TEST(a_missing_value_is_noticed) {
  CHECK(failures([](float* out, int64_t) { out[2] = std::nanf(""); }) > 0);
}

TEST(writing_between_rows_is_noticed) {
  CHECK(failures([](float* out, int64_t) { out[3] = 0; }) > 0);
}

TEST(writing_before_and_behind_is_noticed) {
  CHECK(failures([](float* out, int64_t) { out[-1] = 0; }) > 0);
  CHECK(failures([](float* out, int64_t stride) { out[2 * stride] = 0; }) > 0);
}

TEST(a_result_that_depends_on_threads_is_noticed) {
  CHECK(failures([](float* out, int64_t) {
          if (omp_get_max_threads() == 3) out[0] = std::nextafter(out[0], 2.0f);
        }) > 0);
}

}  // namespace
}  // namespace reflectionflow::kernels
