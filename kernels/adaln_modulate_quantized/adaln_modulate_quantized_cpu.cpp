// adaLN modulation and quantisation, and its loop on the CPU: rows in parallel, the modulated row
// waits for its scale on the stack.
#include "adaln_modulate_quantized/adaln_modulate_quantized.h"
#include "adaln_modulate_quantized/adaln_modulate_quantized_cuda.h"
#include "common/cuda_build.h"
#include "common/quantize_rows.h"
#include "common/row_formulas.h"

namespace reflectionflow::kernels {
namespace {

constexpr const char* kOp = "adaln_modulate_quantized";

void check(const AdalnModulateQuantized& op) {
  require_dtype(kOp, op.dtype);
  require_positive(kOp, "batch", op.batch);
  require_positive(kOp, "tokens", op.tokens);
  require(op.epsilon > 0, kOp, "epsilon ", op.epsilon, " is not positive");
  require_memory(kOp, "x", op.x.data);
  require_memory(kOp, "shift", op.shift.data);
  require_memory(kOp, "scale", op.scale.data);
  require_quantized_rows(kOp, op.format, op.width, op.out.data, op.out.row_stride, op.row_scale);
}

}  // namespace

void adaln_modulate_quantized(const AdalnModulateQuantized& op, Stream stream) {
  check(op);
  if (stream.on_cuda) {
    if constexpr (kCudaBuild) return adaln_modulate_quantized_cuda(op, stream);
    refuse_cuda(kOp);
  }
  with_quantized_types(op, [&](auto* element, auto* eight) {
    using T = std::remove_pointer_t<decltype(element)>;
    using Eight = std::remove_pointer_t<decltype(eight)>;
#pragma omp parallel for collapse(2) \
    schedule(static) if (worth_threads(op.batch * op.tokens * op.width))
    for (int64_t b = 0; b < op.batch; ++b) {
      for (int64_t s = 0; s < op.tokens; ++s) {
        vectorised([&] {
          T modulated[kMaxQuantizedWidth];
          modulate_row<T>(row_at<T>(op.x, b, s), vector_at<T>(op.shift, b),
                          vector_at<T>(op.scale, b), modulated, op.width, op.epsilon);
          uint8_t* out = op.out.data + b * op.out.batch_stride + s * op.out.row_stride;
          quantize_row(modulated, reinterpret_cast<Eight*>(out), op.row_scale + b * op.tokens + s,
                       op.width);
        });
      }
    }
  });
}

}  // namespace reflectionflow::kernels
