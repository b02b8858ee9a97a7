// The sinusoidal embedding of a generation's 28 timesteps, and of 4096 values to see past the cost
// of a call, beside LibTorch's two operators on angles that they are given.
#include "kernels/memory_bound.h"
#include "timestep_embedding/timestep_angle.h"
#include "timestep_embedding/timestep_embedding.h"
#include "torch/dispatch.h"

namespace reflectionflow::bench {
namespace {

constexpr int64_t kFrequencies = 128;

// From 1000 down, as the timesteps of a generation.
Operand timesteps(int64_t count) {
  const Operand values = empty({count}, ScalarType::kFloat32);
  for (int64_t n = 0; n < count; ++n)
    values->as<float>()[n] = 1000.0f * static_cast<float>(count - n) / static_cast<float>(count);
  return values;
}

Operand angles_of(const Operand& values) {
  const Operand angles = empty({values->count(), kFrequencies}, ScalarType::kFloat32);
  for (int64_t i = 0; i < angles->count(); ++i)
    angles->as<float>()[i] = kernels::timestep_angle(values->as<float>()[i / kFrequencies],
                                                     i % kFrequencies, kFrequencies);
  return angles;
}

MemoryBound embed(ScalarType type, int64_t count) {
  const Operand values = timesteps(count);
  const Operand out = empty({count, 2 * kFrequencies}, type);
  const Operand angles = angles_of(values);
  kernels::TimestepEmbedding op;
  op.dtype = kernel_dtype(type);
  op.count = count;
  op.frequencies = kFrequencies;
  op.values = values->as<float>();
  op.out = out->data();
  return {std::to_string(count) + " to " + std::to_string(count) + "x256",
          bytes_of(values) + bytes_of(out),
          [=, keep = std::make_pair(values, out)] { kernels::timestep_embedding(op, {}); },
          [=] {
            Dispatch("aten::cos").tensor(*angles).call();
            Dispatch("aten::sin").tensor(*angles).call();
          }};
}

}  // namespace
}  // namespace reflectionflow::bench

int main(int argc, char** argv) {
  using namespace reflectionflow;
  return bench::bench_memory_bound(argc, argv, "timestep_embedding",
                                   {[](ScalarType type) { return bench::embed(type, 28); },
                                    [](ScalarType type) { return bench::embed(type, 4096); }});
}
