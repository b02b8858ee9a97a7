// Parameters of the kernel.
#include "models/quantized_rows.h"

#include "models/kernel_views.h"
#include "quantize/quantize.h"

namespace reflectionflow {

QuantizedRows QuantizedRows::empty(int64_t rows, int64_t width, Precision precision,
                                   const Device& device) {
  const ScalarType type = precision == Precision::kInt8 ? ScalarType::kInt8 : ScalarType::kFloat8;
  return {Tensor::empty({rows, width}, type, device),
          Tensor::empty({rows, 1}, ScalarType::kFloat32, device)};
}

QuantizedRows QuantizedRows::rows(int64_t first, int64_t count) const {
  return {bits.rows(first, count), scale.rows(first, count)};
}

void quantize(const Tensor& x, QuantizedRows& out) {
  kernels::Quantize op;
  op.dtype = kernel_dtype(x.type());
  op.format = kernel_format(out.bits.type());
  op.rows = x.size(0);
  op.width = x.size(1);
  op.x = x.data();
  op.x_row_stride = x.strides()[0];
  op.out = out.bits.as<uint8_t>();
  op.out_row_stride = op.width;
  op.row_scale = out.scale.as<float>();
  kernels::quantize(op, stream_for(x));
}

}  // namespace reflectionflow
