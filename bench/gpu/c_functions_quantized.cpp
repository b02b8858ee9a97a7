// The kernels that write rows of eight-bit floats, for the GPU bench: out (rows, width), row_scale
// (rows).
#include "adaln_modulate_quantized/adaln_modulate_quantized.h"
#include "gelu_tanh_quantized/gelu_tanh_quantized.h"
#include "gpu/c_functions.h"
#include "quantize/quantize.h"

namespace kernels = reflectionflow::kernels;
using kernels::DType;
using reflectionflow::bench::place;
using reflectionflow::bench::refusal_of;

namespace {

// quantize and gelu_tanh_quantized have the same parameters.
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

BENCH_FUNCTION(quantize, int64_t dtype, int64_t rows, int64_t width, const void* x, uint8_t* out,
               float* row_scale) {
  const auto op = over_rows<kernels::Quantize>(dtype, rows, width, x, out, row_scale);
  return refusal_of([&] { kernels::quantize(op, place(cuda_stream, on_cuda)); });
}

BENCH_FUNCTION(gelu_tanh_quantized, int64_t dtype, int64_t rows, int64_t width, const void* x,
               uint8_t* out, float* row_scale) {
  const auto op = over_rows<kernels::GeluTanhQuantized>(dtype, rows, width, x, out, row_scale);
  return refusal_of([&] { kernels::gelu_tanh_quantized(op, place(cuda_stream, on_cuda)); });
}

BENCH_FUNCTION(adaln_modulate_quantized, int64_t dtype, int64_t tokens, int64_t width,
               const void* x, const void* shift, const void* scale, uint8_t* out,
               float* row_scale) {
  kernels::AdalnModulateQuantized op;
  op.dtype = static_cast<DType>(dtype);
  op.batch = 1;
  op.tokens = tokens;
  op.width = width;
  op.x = {x, tokens * width, width};
  op.shift = {shift, width};
  op.scale = {scale, width};
  op.out = {out, tokens * width, width};
  op.row_scale = row_scale;
  return refusal_of([&] { kernels::adaln_modulate_quantized(op, place(cuda_stream, on_cuda)); });
}
