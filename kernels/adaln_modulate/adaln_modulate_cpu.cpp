// adaLN modulation on the CPU: rows in parallel.
#include "adaln_modulate/adaln_modulate.h"
#include "adaln_modulate/adaln_modulate_cuda.h"
#include "common/cuda_build.h"
#include "common/parallel.h"
#include "common/precondition.h"
#include "common/row_formulas.h"
#include "common/vectorised.h"

namespace reflectionflow::kernels {
namespace {

constexpr const char* kOp = "adaln_modulate";

void check(const AdalnModulate& op) {
  require_dtype(kOp, op.dtype);
  require_positive(kOp, "batch", op.batch);
  require_positive(kOp, "tokens", op.tokens);
  require_positive(kOp, "width", op.width);
  require(op.epsilon > 0, kOp, "epsilon ", op.epsilon, " is not positive");
  require_memory(kOp, "x", op.x.data);
  require_memory(kOp, "shift", op.shift.data);
  require_memory(kOp, "scale", op.scale.data);
  require_memory(kOp, "out", op.out.data);
  require_row_stride(kOp, "out", op.out.row_stride, op.width);
}

}  // namespace

void adaln_modulate(const AdalnModulate& op, Stream stream) {
  check(op);
  if (stream.on_cuda) {
    if constexpr (kCudaBuild) return adaln_modulate_cuda(op, stream);
    refuse_cuda(kOp);
  }
  with_element_type(op.dtype, [&](auto* element) {
    using T = std::remove_pointer_t<decltype(element)>;
#pragma omp parallel for collapse(2) \
    schedule(static) if (worth_threads(op.batch * op.tokens * op.width))
    for (int64_t b = 0; b < op.batch; ++b) {
      for (int64_t s = 0; s < op.tokens; ++s) {
        vectorised([&] {
          modulate_row(row_at<T>(op.x, b, s), vector_at<T>(op.shift, b), vector_at<T>(op.scale, b),
                       row_at<T>(op.out, b, s), op.width, op.epsilon);
        });
      }
    }
  });
}

}  // namespace reflectionflow::kernels
