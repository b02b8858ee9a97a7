// The gated residual on the CPU: rows in parallel, one multiply and one add for each element.
#include "common/cuda_build.h"
#include "common/parallel.h"
#include "common/precondition.h"
#include "common/row_formulas.h"
#include "common/vectorised.h"
#include "gated_residual/gated_residual.h"
#include "gated_residual/gated_residual_cuda.h"

namespace reflectionflow::kernels {
namespace {

constexpr const char* kOp = "gated_residual";

void check(const GatedResidual& op) {
  require_dtype(kOp, op.dtype);
  require_positive(kOp, "batch", op.batch);
  require_positive(kOp, "tokens", op.tokens);
  require_positive(kOp, "width", op.width);
  require_memory(kOp, "x", op.x.data);
  require_memory(kOp, "y", op.y.data);
  require_row_stride(kOp, "x", op.x.row_stride, op.width);
}

}  // namespace

void gated_residual(const GatedResidual& op, Stream stream) {
  check(op);
  if (stream.on_cuda) {
    if constexpr (kCudaBuild) return gated_residual_cuda(op, stream);
    refuse_cuda(kOp);
  }
  with_element_type(op.dtype, [&](auto* element) {
    using T = std::remove_pointer_t<decltype(element)>;
#pragma omp parallel for collapse(2) \
    schedule(static) if (worth_threads(op.batch * op.tokens * op.width))
    for (int64_t b = 0; b < op.batch; ++b) {
      for (int64_t s = 0; s < op.tokens; ++s) {
        vectorised([&] {
          add_gated_row(row_at<T>(op.x, b, s), row_at<T>(op.y, b, s), vector_at<T>(op.gate, b),
                        op.width);
        });
      }
    }
  });
}

}  // namespace reflectionflow::kernels
