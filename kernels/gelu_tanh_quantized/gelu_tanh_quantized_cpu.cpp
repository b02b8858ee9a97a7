// GELU and quantisation, and its loop on the CPU: the activation waits for its scale on the stack.
#include "common/cuda_build.h"
#include "common/gelu_row.h"
#include "common/quantize_rows.h"
#include "gelu_tanh_quantized/gelu_tanh_quantized.h"
#include "gelu_tanh_quantized/gelu_tanh_quantized_cuda.h"

namespace reflectionflow::kernels {
namespace {

constexpr const char* kOp = "gelu_tanh_quantized";

void check(const GeluTanhQuantized& op) {
  require_dtype(kOp, op.dtype);
  require_positive(kOp, "rows", op.rows);
  require_memory(kOp, "x", op.x);
  require_quantized_rows(kOp, op.format, op.width, op.out, op.out_row_stride, op.row_scale);
}

}  // namespace

void gelu_tanh_quantized(const GeluTanhQuantized& op, Stream stream) {
  check(op);
  if (stream.on_cuda) {
    if constexpr (kCudaBuild) return gelu_tanh_quantized_cuda(op, stream);
    refuse_cuda(kOp);
  }
  quantize_rows(op, [&](const auto* x, auto* activation) {
    gelu_row(x, activation, op.width);
    return activation;
  });
}

}  // namespace reflectionflow::kernels
