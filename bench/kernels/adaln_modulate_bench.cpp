// adaLN modulation of a transformer block's rows beside LibTorch's layer_norm, product and sum.
#include "adaln_modulate/adaln_modulate.h"
#include "kernels/memory_bound.h"
#include "kernels/rivals.h"
#include "torch/ops.h"

namespace reflectionflow::bench {
namespace {

MemoryBound modulate(ScalarType type) {
  const Operand x = normal({4608, 3072}, type), out = empty({4608, 3072}, type);
  const Operand shift = normal({1, 3072}, type, 2), scale = normal({1, 3072}, type, 3);
  kernels::AdalnModulate op;
  op.dtype = kernel_dtype(type);
  op.batch = 1;
  op.tokens = x->size(0);
  op.width = x->size(1);
  op.x = const_rows_of(*x, 1);
  op.shift = {shift->data(), op.width};
  op.scale = {scale->data(), op.width};
  op.out = rows_of(*out, 1);
  return {"1x4608x3072", bytes_of(x) + bytes_of(out),
          [=, keep = out] { kernels::adaln_modulate(op, {}); },
          [=] { sum(ops::mul(layer_norm(*x), *scale), *shift); }};
}

}  // namespace
}  // namespace reflectionflow::bench

int main(int argc, char** argv) {
  using namespace reflectionflow::bench;
  return bench_memory_bound(argc, argv, "adaln_modulate", {modulate});
}
