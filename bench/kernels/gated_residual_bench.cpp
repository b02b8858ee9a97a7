// The gated residual of a transformer block beside LibTorch's product and sum.
#include "gated_residual/gated_residual.h"
#include "kernels/memory_bound.h"
#include "kernels/rivals.h"
#include "torch/ops.h"

namespace reflectionflow::bench {
namespace {

MemoryBound add_gated(ScalarType type) {
  const Operand x = normal({4608, 3072}, type), y = normal({4608, 3072}, type, 2);
  const Operand gate = normal({1, 3072}, type, 3);
  kernels::GatedResidual op;
  op.dtype = kernel_dtype(type);
  op.batch = 1;
  op.tokens = x->size(0);
  op.width = x->size(1);
  op.x = rows_of(*x, 1);
  op.y = const_rows_of(*y, 1);
  op.gate = {gate->data(), op.width};
  return {"1x4608x3072", 2 * bytes_of(x) + bytes_of(y), [=] { kernels::gated_residual(op, {}); },
          [=] { sum(*x, ops::mul(*y, *gate)); }};
}

}  // namespace
}  // namespace reflectionflow::bench

int main(int argc, char** argv) {
  using namespace reflectionflow::bench;
  return bench_memory_bound(argc, argv, "gated_residual", {add_gated});
}
