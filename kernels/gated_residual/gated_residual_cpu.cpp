// The gated residual on the CPU: rows in parallel, one multiply and one add for each element.
#include "common/element.h"
#include "common/parallel.h"
#include "common/precondition.h"
#include "common/vectorised.h"
#include "gated_residual/gated_residual.h"

namespace reflectionflow::kernels {
namespace {

constexpr const char* kOp = "gated_residual";

void check(const GatedResidual& op, Stream stream) {
  require_cpu(kOp, stream);
  require_dtype(kOp, op.dtype);
  require_positive(kOp, "batch", op.batch);
  require_positive(kOp, "tokens", op.tokens);
  require_positive(kOp, "width", op.width);
  require_memory(kOp, "x", op.x.data);
  require_memory(kOp, "y", op.y.data);
  require_row_stride(kOp, "x", op.x.row_stride, op.width);
}

template <typename T>
KERNEL_INLINE void add_row(T* x, const T* y, const T* gate, int64_t width) {
  if (gate == nullptr) {
#pragma omp simd
    for (int64_t c = 0; c < width; ++c) store(x + c, load(x + c) + load(y + c));
  } else {
#pragma omp simd
    for (int64_t c = 0; c < width; ++c) store(x + c, load(x + c) + load(gate + c) * load(y + c));
  }
}

}  // namespace

void gated_residual(const GatedResidual& op, Stream stream) {
  check(op, stream);
  with_element_type(op.dtype, [&](auto* element) {
    using T = std::remove_pointer_t<decltype(element)>;
    const T* gates = static_cast<const T*>(op.gate.data);
#pragma omp parallel for collapse(2) schedule(static) \
    if (worth_threads(op.batch * op.tokens * op.width))
    for (int64_t b = 0; b < op.batch; ++b) {
      for (int64_t s = 0; s < op.tokens; ++s) {
        vectorised([&] {
          add_row(static_cast<T*>(op.x.data) + b * op.x.batch_stride + s * op.x.row_stride,
                  static_cast<const T*>(op.y.data) + b * op.y.batch_stride + s * op.y.row_stride,
                  gates == nullptr ? nullptr : gates + b * op.gate.batch_stride, op.width);
        });
      }
    }
  });
}

}  // namespace reflectionflow::kernels
