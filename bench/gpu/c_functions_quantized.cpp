// The kernels around products in eight bits, for the GPU bench: out (rows, width), row_scale
// (rows); format is a kernels::EightBits.
#include "adaln_modulate_quantized/adaln_modulate_quantized.h"
#include "dequantize/dequantize.h"
#include "gelu_tanh_quantized/gelu_tanh_quantized.h"
#include "gpu/c_functions.h"
#include "quantize/quantize.h"

namespace kernels = reflectionflow::kernels;
using kernels::DType;
using kernels::EightBits;
using reflectionflow::bench::place;
using reflectionflow::bench::refusal_of;

namespace {

// quantize and gelu_tanh_quantized have the same parameters.
template <typename Op>
Op over_rows(int64_t dtype, int64_t format, int64_t rows, int64_t width, const void* x,
             uint8_t* out, float* row_scale) {
  Op op;
  op.dtype = static_cast<DType>(dtype);
  op.format = static_cast<EightBits>(format);
  op.rows = rows;
  op.width = op.x_row_stride = op.out_row_stride = width;
  op.x = x;
  op.out = out;
  op.row_scale = row_scale;
  return op;
}

}  // namespace

BENCH_FUNCTION(quantize, int64_t dtype, int64_t format, int64_t rows, int64_t width, const void* x,
               uint8_t* out, float* row_scale) {
  const auto op = over_rows<kernels::Quantize>(dtype, format, rows, width, x, out, row_scale);
  return refusal_of([&] { kernels::quantize(op, place(cuda_stream, on_cuda)); });
}

BENCH_FUNCTION(gelu_tanh_quantized, int64_t dtype, int64_t format, int64_t rows, int64_t width,
               const void* x, uint8_t* out, float* row_scale) {
  const auto op =
      over_rows<kernels::GeluTanhQuantized>(dtype, format, rows, width, x, out, row_scale);
  return refusal_of([&] { kernels::gelu_tanh_quantized(op, place(cuda_stream, on_cuda)); });
}

BENCH_FUNCTION(adaln_modulate_quantized, int64_t dtype, int64_t format, int64_t tokens,
               int64_t width, const void* x, const void* shift, const void* scale, uint8_t* out,
               float* row_scale) {
  kernels::AdalnModulateQuantized op;
  op.dtype = static_cast<DType>(dtype);
  op.format = static_cast<EightBits>(format);
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

BENCH_FUNCTION(dequantize, int64_t dtype, int64_t rows, int64_t width, const int32_t* sums,
               const float* row_scale, const float* column_scale, const void* bias, void* out) {
  kernels::Dequantize op;
  op.dtype = static_cast<DType>(dtype);
  op.rows = rows;
  op.width = op.sums_row_stride = op.out_row_stride = width;
  op.sums = sums;
  op.row_scale = row_scale;
  op.column_scale = column_scale;
  op.bias = bias;
  op.out = out;
  return refusal_of([&] { kernels::dequantize(op, place(cuda_stream, on_cuda)); });
}
