// What kernels that quantise rows share on the host: what they ask of their outputs, a row, and the
// loop over rows on the CPU.
#pragma once

#include <algorithm>

#include "common/eight_bits.h"
#include "common/element.h"
#include "common/parallel.h"
#include "common/precondition.h"

namespace reflectionflow::kernels {

inline void require_quantized_rows(const char* op, EightBits format, int64_t width,
                                   const uint8_t* out, int64_t out_row_stride,
                                   const float* row_scale) {
  const auto value = static_cast<int32_t>(format);
  require(value == 0 || value == 1, op, "format ", value, " is unknown");
  require(width >= 1 && width <= kMaxQuantizedWidth, op, "width ", width, " is not in [1, ",
          kMaxQuantizedWidth, "]");
  require_memory(op, "out", out);
  require_memory(op, "row_scale", row_scale);
  require_row_stride(op, "out", out_row_stride, width);
}

template <typename T, typename Eight>
KERNEL_INLINE void quantize_row(const T* x, Eight* out, float* row_scale, int64_t width) {
  uint32_t largest = 0;
#pragma omp simd reduction(max : largest)
  for (int64_t c = 0; c < width; ++c) largest = std::max(largest, magnitude_bits(load(x + c)));
  const RowScale row = scale_for<Eight>(largest);
  *row_scale = row.scale;
#pragma omp simd
  for (int64_t c = 0; c < width; ++c) store(out + c, load(x + c) * row.inverse);
}

// Calls body(element, eight) with null pointers of the operation's types.
template <typename Op, typename Body>
void with_quantized_types(const Op& op, const Body& body) {
  with_element_type(op.dtype, [&](auto* element) {
    with_eight_bits(op.format, [&](auto* eight) { body(element, eight); });
  });
}

// For operations from rows x to rows out, in parallel. before(x, tile) returns the row to quantise:
// x itself, or the tile, on the stack, when it has filled that.
template <typename Op, typename Before>
void quantize_rows(const Op& op, const Before& before) {
  with_quantized_types(op, [&](auto* element, auto* eight) {
    using T = std::remove_pointer_t<decltype(element)>;
    using Eight = std::remove_pointer_t<decltype(eight)>;
#pragma omp parallel for schedule(static) if (worth_threads(op.rows * op.width))
    for (int64_t row = 0; row < op.rows; ++row) {
      vectorised([&] {
        T tile[kMaxQuantizedWidth];
        const T* const x = static_cast<const T*>(op.x) + row * op.x_row_stride;
        quantize_row(before(x, tile), reinterpret_cast<Eight*>(op.out) + row * op.out_row_stride,
                     op.row_scale + row, op.width);
      });
    }
  });
}

}  // namespace reflectionflow::kernels
