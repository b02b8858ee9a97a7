// Row-wise quantisation, and its loop on the CPU: the second look at a row finds it in cache.
#include "common/cuda_build.h"
#include "common/quantize_rows.h"
#include "quantize/quantize.h"
#include "quantize/quantize_cuda.h"

namespace reflectionflow::kernels {
namespace {

constexpr const char* kOp = "quantize";

void check(const Quantize& op) {
  require_dtype(kOp, op.dtype);
  require_positive(kOp, "rows", op.rows);
  require_memory(kOp, "x", op.x);
  require_quantized_rows(kOp, op.format, op.width, op.out, op.out_row_stride, op.row_scale);
}

}  // namespace

void quantize(const Quantize& op, Stream stream) {
  check(op);
  if (stream.on_cuda) {
    if constexpr (kCudaBuild) return quantize_cuda(op, stream);
    refuse_cuda(kOp);
  }
  quantize_rows(op, [](const auto* x, auto*) { return x; });
}

}  // namespace reflectionflow::kernels
