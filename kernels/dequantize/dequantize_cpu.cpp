// Dequantisation, and its loop on the CPU: rows in parallel.
#include "common/cuda_build.h"
#include "common/element.h"
#include "common/parallel.h"
#include "common/precondition.h"
#include "dequantize/dequantize.h"
#include "dequantize/dequantize_cuda.h"

namespace reflectionflow::kernels {
namespace {

constexpr const char* kOp = "dequantize";

void check(const Dequantize& op) {
  require_dtype(kOp, op.dtype);
  require_positive(kOp, "rows", op.rows);
  require_positive(kOp, "width", op.width);
  require_memory(kOp, "sums", op.sums);
  require_memory(kOp, "row_scale", op.row_scale);
  require_memory(kOp, "column_scale", op.column_scale);
  require_memory(kOp, "bias", op.bias);
  require_memory(kOp, "out", op.out);
  require_row_stride(kOp, "out", op.out_row_stride, op.width);
}

// The scales one after the other: their product could leave float32 where the result does not.
template <typename T>
KERNEL_INLINE void dequantize_row(const int32_t* sums, float row_scale, const float* column_scale,
                                  const T* bias, T* out, int64_t width) {
#pragma omp simd
  for (int64_t c = 0; c < width; ++c)
    store(out + c, static_cast<float>(sums[c]) * row_scale * column_scale[c] + load(bias + c));
}

}  // namespace

void dequantize(const Dequantize& op, Stream stream) {
  check(op);
  if (stream.on_cuda) {
    if constexpr (kCudaBuild) return dequantize_cuda(op, stream);
    refuse_cuda(kOp);
  }
  with_element_type(op.dtype, [&](auto* element) {
    using T = std::remove_pointer_t<decltype(element)>;
#pragma omp parallel for schedule(static) if (worth_threads(op.rows * op.width))
    for (int64_t row = 0; row < op.rows; ++row) {
      vectorised([&] {
        dequantize_row(op.sums + row * op.sums_row_stride, op.row_scale[row], op.column_scale,
                       static_cast<const T*>(op.bias),
                       static_cast<T*>(op.out) + row * op.out_row_stride, op.width);
      });
    }
  });
}

}  // namespace reflectionflow::kernels
