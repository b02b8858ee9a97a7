// The Euler step, and its loop on the CPU: the sum in float32 whatever the element type, rounded
// once.
#include <algorithm>

#include "common/cuda_build.h"
#include "common/element.h"
#include "common/parallel.h"
#include "common/precondition.h"
#include "common/vectorised.h"
#include "euler_step/euler_step.h"
#include "euler_step/euler_step_cuda.h"

namespace reflectionflow::kernels {
namespace {

constexpr const char* kOp = "euler_step";

void check(const EulerStep& op) {
  require_dtype(kOp, op.dtype);
  require_positive(kOp, "batch", op.batch);
  require_positive(kOp, "elements", op.elements);
  require_memory(kOp, "latents", op.latents);
  require_memory(kOp, "velocity", op.velocity);
  require_memory(kOp, "sigma_step", op.sigma_step);
}

template <typename T>
KERNEL_INLINE void step_block(T* latents, const T* velocity, float step, int64_t count) {
#pragma omp simd
  for (int64_t i = 0; i < count; ++i)
    store(latents + i, load(latents + i) + step * load(velocity + i));
}

}  // namespace

void euler_step(const EulerStep& op, Stream stream) {
  check(op);
  if (stream.on_cuda) {
    if constexpr (kCudaBuild) return euler_step_cuda(op, stream);
    refuse_cuda(kOp);
  }
  with_element_type(op.dtype, [&](auto* element) {
    using T = std::remove_pointer_t<decltype(element)>;
#pragma omp parallel for collapse(2) schedule(static) if (worth_threads(op.batch * op.elements))
    for (int64_t b = 0; b < op.batch; ++b) {
      for (int64_t i = 0; i < op.elements; i += kBlock) {
        const int64_t first = b * op.elements + i;
        vectorised([&] {
          step_block(static_cast<T*>(op.latents) + first,
                     static_cast<const T*>(op.velocity) + first, op.sigma_step[b],
                     std::min(kBlock, op.elements - i));
        });
      }
    }
  });
}

}  // namespace reflectionflow::kernels
