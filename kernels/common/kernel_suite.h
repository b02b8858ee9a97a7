// The one suite that every kernel passes on every device: right values in each dtype, nothing
// written beyond the outputs, the same bytes on a second run.
#pragma once

#include <omp.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <limits>
#include <memory>
#include <string>

#include "common/check.h"
#include "common/cuda_build.h"
#include "common/cuda_device.h"
#include "common/test_buffer.h"
#include "common/vectorised.h"

namespace reflectionflow::kernels {

struct Operand {
  Layout layout;
  Values values;  // dense; of outputs only where the kernel works in place
  Stored stored = Stored::kAsTested;
};

// One call of a kernel, described without its memory.
struct KernelCase {
  std::string name;
  std::vector<Operand> inputs;
  struct Output {
    Layout layout;
    int in_place_of = -1;  // the input whose memory it shares
    Stored stored = Stored::kAsTested;
  };
  std::vector<Output> outputs;
  // The formula in float32 or better: dense inputs to dense outputs.
  std::function<std::vector<Values>(const std::vector<Values>& inputs)> reference;
  std::function<void(DType dtype, const std::vector<void*>& in, const std::vector<void*>& out,
                     Stream stream)>
      launch;
  // What float32 sums may cost whatever the dtype, in units of 2^-24 of the largest output.
  double sum_cost = 16;
};

inline Device cpu_device() {
  const auto copy = [](void* to, const void* from, size_t bytes) { std::memcpy(to, from, bytes); };
  return {"cpu", {}, std::malloc, std::free, copy, copy, [](int run) {
            omp_set_num_threads(run == 0 ? 2 : 3);
          }};
}

// For a CUDA_TEST, which ends as skipped where the build or the machine has no CUDA.
inline Device cuda_device() {
  if constexpr (kCudaBuild) {
    const std::string missing = missing_cuda_device();
    if (!missing.empty()) throw Skipped(missing);
    return make_cuda_device();
  } else {
    throw Skipped("this build has no CUDA kernels");
  }
}

// Deterministic values, bell-shaped around `centre`; the same everywhere.
inline Values random_values(uint64_t seed, int64_t count, float spread = 1.0f,
                            float centre = 0.0f) {
  Values values(count);
  uint64_t state = seed * 0x9e3779b97f4a7c15u + 1;
  for (float& value : values) {
    float sum = 0;
    for (int i = 0; i < 4; ++i) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      sum += static_cast<float>(state >> 40) / 16777216.0f - 0.5f;
    }
    value = centre + spread * sum * 1.7320508f;
  }
  return values;
}

// The largest and the root mean square difference; a difference in kind (NaN, infinity) counts as
// infinite.
struct Difference {
  double largest = 0;
  double mean = 0;
};

inline Difference difference(const Values& a, const Values& b) {
  Difference d;
  for (size_t i = 0; i < a.size(); ++i) {
    const bool same = a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i]));
    double gap = same ? 0 : std::fabs(static_cast<double>(a[i]) - b[i]);
    if (std::isnan(gap)) gap = std::numeric_limits<double>::infinity();
    d.largest = std::max(d.largest, gap);
    d.mean += gap * gap / a.size();
  }
  d.mean = std::sqrt(d.mean);
  return d;
}

inline const char* name_of(DType dtype) {
  return dtype == DType::kFloat32 ? "float32" : dtype == DType::kBFloat16 ? "bfloat16" : "float16";
}

// What storing an operand costs at least: it is rounded to the dtype. Float32 has nothing to round,
// so there values move by one unit in the last place, up and down in turn, to show how the formula
// answers to float32's own grain.
inline Values merely_stored(const Operand& operand, DType dtype) {
  Values values = operand.values;
  if (operand.stored != Stored::kAsTested) return values;
  for (size_t i = 0; i < values.size(); ++i) {
    const float towards =
        std::copysign(std::numeric_limits<float>::max(), i * 7 % 5 < 2 ? -1.0f : 1.0f);
    if (dtype != DType::kFloat32)
      values[i] = rounded(values[i], operand.stored, dtype);
    else if (std::isfinite(values[i]))
      values[i] = std::nextafter(values[i], towards);
  }
  return values;
}

// Our error against the float32 reference is at most twice that of the reference on merely stored
// operands, plus what the order of float32 sums may cost.
inline void check_accuracy(const std::string& where, double sum_cost, const Values& truth,
                           const Values& stored, const Values& ours) {
  double size = 0;
  for (const float value : truth)
    size = std::isfinite(value) ? std::max<double>(size, std::fabs(value)) : size;
  const double floor = sum_cost / 16777216 * size;
  const Difference allowed = difference(stored, truth), got = difference(ours, truth);
  CHECK_THAT(got.largest <= 2 * allowed.largest + floor,
             where << ": " << got.largest << " against " << allowed.largest << ", floor " << floor);
  CHECK_THAT(got.mean <= 2 * allowed.mean + floor,
             where << ": " << got.mean << " against " << allowed.mean << ", floor " << floor);
}

struct CaseRun {
  std::vector<Values> outputs;
  std::vector<std::vector<uint8_t>> bytes;
};

inline CaseRun launch_case(const KernelCase& test, const Device& device, DType dtype,
                           const std::string& where) {
  std::vector<std::unique_ptr<TestBuffer>> buffers;
  std::vector<void*> in, out;
  std::vector<TestBuffer*> written;
  for (const Operand& input : test.inputs) {
    buffers.push_back(std::make_unique<TestBuffer>(device, input.stored, dtype, input.layout));
    buffers.back()->write(input.values);
    in.push_back(buffers.back()->data());
  }
  for (const KernelCase::Output& output : test.outputs) {
    if (output.in_place_of >= 0) {
      written.push_back(buffers[output.in_place_of].get());
    } else {
      buffers.push_back(std::make_unique<TestBuffer>(device, output.stored, dtype, output.layout));
      written.push_back(buffers.back().get());
    }
    out.push_back(written.back()->data());
  }
  test.launch(dtype, in, out, device.stream);
  CaseRun run;
  for (TestBuffer* buffer : written) {
    run.outputs.push_back(buffer->read());
    run.bytes.push_back(buffer->bytes());
    CHECK_THAT(buffer->gaps_intact(), where << ": wrote beyond its output");
  }
  return run;
}

inline void run_case(const KernelCase& test, const Device& device, DType dtype) {
  const std::string where = test.name + " " + name_of(dtype) + " on " + device.name;
  std::vector<Values> exact, stored;
  for (const Operand& input : test.inputs) {
    exact.push_back(input.values);
    stored.push_back(merely_stored(input, dtype));
  }
  const std::vector<Values> truth = test.reference(exact);
  std::vector<Values> allowed = test.reference(stored);
  device.vary(0);
  const CaseRun first = launch_case(test, device, dtype, where);
  device.vary(1);
  const CaseRun second = launch_case(test, device, dtype, where);
  for (size_t i = 0; i < test.outputs.size(); ++i) {
    for (float& value : allowed[i]) value = rounded(value, test.outputs[i].stored, dtype);
    CHECK_THAT(truth[i].size() == first.outputs[i].size(), where);
    check_accuracy(where + " output " + std::to_string(i), test.sum_cost, truth[i], allowed[i],
                   first.outputs[i]);
    CHECK_THAT(first.bytes[i] == second.bytes[i], where << ": a second run differs");
  }
}

// Calls body(device) once, or on the CPU once for every vector path that the processor has.
template <typename Body>
void on_every_path(const Device& device, const Body& body) {
  if (device.stream.on_cuda) return body(device);
  for (const VectorPath path : kVectorPaths) {
    if (!vector_path_runs(path)) {
      std::printf("skipped: path %s\n", name_of(path));
      continue;
    }
    const ForcedVectorPath forced(path);
    Device named = device;
    named.name = name_of(path);
    body(named);
  }
}

inline void run_suite(const std::vector<KernelCase>& cases, const Device& device) {
  on_every_path(device, [&](const Device& on_path) {
    for (const KernelCase& test : cases) {
      for (const DType dtype : {DType::kFloat32, DType::kBFloat16, DType::kFloat16})
        run_case(test, on_path, dtype);
    }
  });
}

}  // namespace reflectionflow::kernels
