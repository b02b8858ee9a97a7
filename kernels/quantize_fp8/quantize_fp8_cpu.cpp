// Row-wise quantisation, and its loop on the CPU: rows in parallel, the second look at a row finds
// it in cache.
#include "common/cuda_build.h"
#include "common/float8.h"
#include "common/parallel.h"
#include "common/precondition.h"
#include "common/vectorised.h"
#include "quantize_fp8/quantize_fp8.h"
#include "quantize_fp8/quantize_fp8_cuda.h"

namespace reflectionflow::kernels {
namespace {

constexpr const char* kOp = "quantize_fp8";

void check(const QuantizeFp8& op) {
  require_dtype(kOp, op.dtype);
  require_positive(kOp, "rows", op.rows);
  require(op.width >= 1 && op.width <= kMaxFloat8Width, kOp, "width ", op.width, " is not in [1, ",
          kMaxFloat8Width, "]");
  require_memory(kOp, "x", op.x);
  require_memory(kOp, "out", op.out);
  require_memory(kOp, "row_scale", op.row_scale);
  require_row_stride(kOp, "out", op.out_row_stride, op.width);
}

}  // namespace

void quantize_fp8(const QuantizeFp8& op, Stream stream) {
  check(op);
  if (stream.on_cuda) {
    if constexpr (kCudaBuild) return quantize_fp8_cuda(op, stream);
    refuse_cuda(kOp);
  }
  with_element_type(op.dtype, [&](auto* element) {
    using T = std::remove_pointer_t<decltype(element)>;
#pragma omp parallel for schedule(static) if (worth_threads(op.rows * op.width))
    for (int64_t row = 0; row < op.rows; ++row) {
      vectorised([&] {
        quantize_row(static_cast<const T*>(op.x) + row * op.x_row_stride,
                     reinterpret_cast<Float8*>(op.out) + row * op.out_row_stride,
                     op.row_scale + row, op.width);
      });
    }
  });
}

}  // namespace reflectionflow::kernels
