// The Euler step on the packed latents of one and of sixteen images beside LibTorch's sum.
#include "euler_step/euler_step.h"
#include "kernels/memory_bound.h"
#include "kernels/rivals.h"

namespace reflectionflow::bench {
namespace {

MemoryBound step(ScalarType type, int64_t batch) {
  const Operand latents = normal({batch, 4096, 64}, type);
  const Operand velocity = normal({batch, 4096, 64}, type, 2);
  const Operand sigma_step = normal({batch}, ScalarType::kFloat32, 3);
  kernels::EulerStep op;
  op.dtype = kernel_dtype(type);
  op.batch = batch;
  op.elements = 4096 * 64;
  op.latents = latents->data();
  op.velocity = velocity->data();
  op.sigma_step = sigma_step->as<float>();
  return {std::to_string(batch) + "x4096x64", 2 * bytes_of(latents) + bytes_of(velocity),
          [=, keep = sigma_step] { kernels::euler_step(op, {}); },
          [=] { sum(*latents, *velocity, -0.02); }};
}

}  // namespace
}  // namespace reflectionflow::bench

int main(int argc, char** argv) {
  using namespace reflectionflow;
  return bench::bench_memory_bound(argc, argv, "euler_step",
                                   {[](ScalarType type) { return bench::step(type, 1); },
                                    [](ScalarType type) { return bench::step(type, 16); }});
}
