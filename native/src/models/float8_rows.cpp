// Parameters of the kernel.
#include "models/float8_rows.h"

#include "models/kernel_views.h"
#include "quantize_fp8/quantize_fp8.h"

namespace reflectionflow {

Float8Rows Float8Rows::empty(int64_t rows, int64_t width, const Device& device) {
  return {Tensor::empty({rows, width}, ScalarType::kFloat8, device),
          Tensor::empty({rows, 1}, ScalarType::kFloat32, device)};
}

Float8Rows Float8Rows::rows(int64_t first, int64_t count) const {
  return {bits.rows(first, count), scale.rows(first, count)};
}

void quantize(const Tensor& x, Float8Rows& out) {
  kernels::QuantizeFp8 op;
  op.dtype = kernel_dtype(x.type());
  op.rows = x.size(0);
  op.width = x.size(1);
  op.x = x.data();
  op.x_row_stride = x.strides()[0];
  op.out = out.bits.as<uint8_t>();
  op.out_row_stride = op.width;
  op.row_scale = out.scale.as<float>();
  kernels::quantize_fp8(op, stream_for(x));
}

}  // namespace reflectionflow
