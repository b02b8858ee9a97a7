// What kernels that quantise rows share on the host: what they ask of their outputs, and the loop
// over rows on the CPU.
#pragma once

#include "common/float8.h"
#include "common/parallel.h"
#include "common/precondition.h"

namespace reflectionflow::kernels {

inline void require_quantized_rows(const char* op, int64_t width, const uint8_t* out,
                                   int64_t out_row_stride, const float* row_scale) {
  require(width >= 1 && width <= kMaxQuantizedWidth, op, "width ", width, " is not in [1, ",
          kMaxQuantizedWidth, "]");
  require_memory(op, "out", out);
  require_memory(op, "row_scale", row_scale);
  require_row_stride(op, "out", out_row_stride, width);
}

// For operations from rows x to rows out, in parallel. before(x, tile) returns the row to quantise:
// x itself, or the tile, on the stack, when it has filled that.
template <typename Op, typename Before>
void quantize_rows(const Op& op, const Before& before) {
  with_element_type(op.dtype, [&](auto* element) {
    using T = std::remove_pointer_t<decltype(element)>;
#pragma omp parallel for schedule(static) if (worth_threads(op.rows * op.width))
    for (int64_t row = 0; row < op.rows; ++row) {
      vectorised([&] {
        T tile[kMaxQuantizedWidth];
        const T* const x = static_cast<const T*>(op.x) + row * op.x_row_stride;
        quantize_row(before(x, tile), reinterpret_cast<Float8*>(op.out) + row * op.out_row_stride,
                     op.row_scale + row, op.width);
      });
    }
  });
}

}  // namespace reflectionflow::kernels
