// The kernels that write rows of eight-bit floats, for the GPU bench: out (rows, width), row_scale
// (rows).
#include "adaln_modulate_fp8/adaln_modulate_fp8.h"
#include "gelu_tanh_fp8/gelu_tanh_fp8.h"
#include "gpu/c_functions.h"
#include "quantize_fp8/quantize_fp8.h"

namespace kernels = reflectionflow::kernels;
using kernels::DType;
using reflectionflow::bench::place;
using reflectionflow::bench::refusal_of;

namespace {

// quantize_fp8 and gelu_tanh_fp8 have the same parameters.
template <typename Op>
Op over_rows(int64_t dtype, int64_t rows, int64_t width, const void* x, uint8_t* out,
             float* row_scale) {
  Op op;
  op.dtype = static_cast<DType>(dtype);
  op.rows = rows;
  op.width = op.x_row_stride = op.out_row_stride = width;
  op.x = x;
  op.out = out;
  op.row_scale = row_scale;
  return op;
}

}  // namespace

BENCH_FUNCTION(quantize_fp8, int64_t dtype, int64_t rows, int64_t width, const void* x,
               uint8_t* out, float* row_scale) {
  const auto op = over_rows<kernels::QuantizeFp8>(dtype, rows, width, x, out, row_scale);
  return refusal_of([&] { kernels::quantize_fp8(op, place(cuda_stream, on_cuda)); });
}

BENCH_FUNCTION(gelu_tanh_fp8, int64_t dtype, int64_t rows, int64_t width, const void* x,
               uint8_t* out, float* row_scale) {
  const auto op = over_rows<kernels::GeluTanhFp8>(dtype, rows, width, x, out, row_scale);
  return refusal_of([&] { kernels::gelu_tanh_fp8(op, place(cuda_stream, on_cuda)); });
}

BENCH_FUNCTION(adaln_modulate_fp8, int64_t dtype, int64_t tokens, int64_t width, const void* x,
               const void* shift, const void* scale, uint8_t* out, float* row_scale) {
  kernels::AdalnModulateFp8 op;
  op.dtype = static_cast<DType>(dtype);
  op.batch = 1;
  op.tokens = tokens;
  op.width = width;
  op.x = {x, tokens * width, width};
  op.shift = {shift, width};
  op.scale = {scale, width};
  op.out = {out, tokens * width, width};
  op.row_scale = row_scale;
  return refusal_of([&] { kernels::adaln_modulate_fp8(op, place(cuda_stream, on_cuda)); });
}
