// The gated residual without a gate, or with one for all rows.
#include "models/residual.h"

#include "gated_residual/gated_residual.h"
#include "models/kernel_views.h"

namespace reflectionflow {

void add_residual(Tensor& x, const Tensor& y) {
  if (!(x.sizes() == y.sizes()) || x.type() != y.type() || !x.is_contiguous() ||
      !y.is_contiguous()) {
    throw Error(ErrorCode::kInternal, "the sum of " + x.to_string() + " and " + y.to_string());
  }
  const int64_t width = x.size(x.sizes().rank() - 1);
  const int64_t rows = x.count() / width;
  kernels::GatedResidual op;
  op.dtype = kernel_dtype(x.type());
  op.batch = 1;
  op.tokens = rows;
  op.width = width;
  op.x = {x.data(), rows * width, width};
  op.y = {y.data(), rows * width, width};
  kernels::gated_residual(op, stream_for(x));
}

void add_weighted(Tensor& x, const void* gate, const Tensor& y) {
  kernels::GatedResidual op;
  op.dtype = kernel_dtype(x.type());
  op.batch = 1;
  op.tokens = x.size(0);
  op.width = x.size(1);
  op.x = rows_of(x, 1);
  op.y = const_rows_of(y, 1);
  op.gate = {gate, 0};
  kernels::gated_residual(op, stream_for(x));
}

}  // namespace reflectionflow
