// The sinusoidal embedding, and its loop on the CPU: a few hundred values, so one thread.
#include <cmath>

#include "common/cuda_build.h"
#include "common/element.h"
#include "common/precondition.h"
#include "timestep_embedding/timestep_angle.h"
#include "timestep_embedding/timestep_embedding.h"
#include "timestep_embedding/timestep_embedding_cuda.h"

namespace reflectionflow::kernels {
namespace {

constexpr const char* kOp = "timestep_embedding";

void check(const TimestepEmbedding& op) {
  require_dtype(kOp, op.dtype);
  require_positive(kOp, "count", op.count);
  require_positive(kOp, "frequencies", op.frequencies);
  require_memory(kOp, "values", op.values);
  require_memory(kOp, "out", op.out);
}

}  // namespace

void timestep_embedding(const TimestepEmbedding& op, Stream stream) {
  check(op);
  if (stream.on_cuda) {
    if constexpr (kCudaBuild) return timestep_embedding_cuda(op, stream);
    refuse_cuda(kOp);
  }
  with_element_type(op.dtype, [&](auto* element) {
    using T = std::remove_pointer_t<decltype(element)>;
    for (int64_t n = 0; n < op.count; ++n) {
      T* const row = static_cast<T*>(op.out) + n * 2 * op.frequencies;
      for (int64_t i = 0; i < op.frequencies; ++i) {
        const float angle = timestep_angle(op.values[n], i, op.frequencies);
        store(row + i, std::cos(angle));
        store(row + op.frequencies + i, std::sin(angle));
      }
    }
  });
}

}  // namespace reflectionflow::kernels
