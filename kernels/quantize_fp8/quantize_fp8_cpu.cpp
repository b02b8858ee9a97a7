// Row-wise quantisation, and its loop on the CPU: the second look at a row finds it in cache.
#include "common/cuda_build.h"
#include "common/quantize_rows.h"
#include "quantize_fp8/quantize_fp8.h"
#include "quantize_fp8/quantize_fp8_cuda.h"

namespace reflectionflow::kernels {
namespace {

constexpr const char* kOp = "quantize_fp8";

void check(const QuantizeFp8& op) {
  require_dtype(kOp, op.dtype);
  require_positive(kOp, "rows", op.rows);
  require_memory(kOp, "x", op.x);
  require_float8_rows(kOp, op.width, op.out, op.out_row_stride, op.row_scale);
}

}  // namespace

void quantize_fp8(const QuantizeFp8& op, Stream stream) {
  check(op);
  if (stream.on_cuda) {
    if constexpr (kCudaBuild) return quantize_fp8_cuda(op, stream);
    refuse_cuda(kOp);
  }
  quantize_rows(op, [](const auto* x, auto*) { return x; });
}

}  // namespace reflectionflow::kernels
