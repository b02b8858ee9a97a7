// GELU on the CPU: blocks of columns in parallel, tanh by way of exp.
#include <algorithm>

#include "common/cuda_build.h"
#include "common/element.h"
#include "common/gelu_row.h"
#include "common/parallel.h"
#include "common/precondition.h"
#include "common/vectorised.h"
#include "gelu_tanh/gelu_tanh.h"
#include "gelu_tanh/gelu_tanh_cuda.h"

namespace reflectionflow::kernels {
namespace {

constexpr const char* kOp = "gelu_tanh";

void check(const GeluTanh& op) {
  require_dtype(kOp, op.dtype);
  require_positive(kOp, "rows", op.rows);
  require_positive(kOp, "width", op.width);
  require_memory(kOp, "x", op.x);
  require_memory(kOp, "out", op.out);
  require_row_stride(kOp, "out", op.out_row_stride, op.width);
}

}  // namespace

void gelu_tanh(const GeluTanh& op, Stream stream) {
  check(op);
  if (stream.on_cuda) {
    if constexpr (kCudaBuild) return gelu_tanh_cuda(op, stream);
    refuse_cuda(kOp);
  }
  with_element_type(op.dtype, [&](auto* element) {
    using T = std::remove_pointer_t<decltype(element)>;
#pragma omp parallel for collapse(2) schedule(static) if (worth_threads(op.rows * op.width))
    for (int64_t row = 0; row < op.rows; ++row) {
      for (int64_t c = 0; c < op.width; c += kBlock) {
        vectorised([&] {
          gelu_row(static_cast<const T*>(op.x) + row * op.x_row_stride + c,
                   static_cast<T*>(op.out) + row * op.out_row_stride + c,
                   std::min(kBlock, op.width - c));
        });
      }
    }
  });
}

}  // namespace reflectionflow::kernels
