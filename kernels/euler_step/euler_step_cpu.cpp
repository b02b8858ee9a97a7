// The Euler step on the CPU: the sum in float32 whatever the element type, rounded once.
#include "common/element.h"
#include "common/parallel.h"
#include "common/precondition.h"
#include "euler_step/euler_step.h"

namespace reflectionflow::kernels {
namespace {

constexpr const char* kOp = "euler_step";

void check(const EulerStep& op, Stream stream) {
  require_cpu(kOp, stream);
  require_dtype(kOp, op.dtype);
  require_positive(kOp, "batch", op.batch);
  require_positive(kOp, "elements", op.elements);
  require_memory(kOp, "latents", op.latents);
  require_memory(kOp, "velocity", op.velocity);
  require_memory(kOp, "sigma_step", op.sigma_step);
}

}  // namespace

void euler_step(const EulerStep& op, Stream stream) {
  check(op, stream);
  with_element_type(op.dtype, [&](auto* element) {
    using T = std::remove_pointer_t<decltype(element)>;
#pragma omp parallel for simd collapse(2) schedule(static) \
    if (parallel: worth_threads(op.batch * op.elements))
    for (int64_t b = 0; b < op.batch; ++b) {
      for (int64_t i = 0; i < op.elements; ++i) {
        T* latent = static_cast<T*>(op.latents) + b * op.elements + i;
        const T* velocity = static_cast<const T*>(op.velocity) + b * op.elements + i;
        store(latent, load(latent) + op.sigma_step[b] * load(velocity));
      }
    }
  });
}

}  // namespace reflectionflow::kernels
