// The residual and the modulation after it in one pass, beside the two kernels in a row.
#include "adaln_modulate/adaln_modulate.h"
#include "gated_residual/gated_residual.h"
#include "gated_residual_adaln/gated_residual_adaln.h"
#include "kernels/memory_bound.h"

namespace reflectionflow::bench {
namespace {

struct Rows {
  Operand x, y, out, vectors;  // (S, E) three times, and gate, shift and scale as (3, E)
};

template <typename Op>
Op describe(const Rows& rows) {
  Op op;
  op.dtype = kernel_dtype(rows.x->type());
  op.batch = 1;
  op.tokens = rows.x->size(0);
  op.width = rows.x->size(1);
  return op;
}

kernels::PerSample vector(const Rows& rows, int64_t index) {
  return {rows.vectors->as<char>() + index * rows.x->size(1) * size_of(rows.x->type()), 0};
}

void in_a_row(const Rows& rows) {
  auto add = describe<kernels::GatedResidual>(rows);
  add.x = rows_of(*rows.x, 1);
  add.y = const_rows_of(*rows.y, 1);
  add.gate = vector(rows, 0);
  kernels::gated_residual(add, {});
  auto modulate = describe<kernels::AdalnModulate>(rows);
  modulate.x = const_rows_of(*rows.x, 1);
  modulate.shift = vector(rows, 1);
  modulate.scale = vector(rows, 2);
  modulate.out = rows_of(*rows.out, 1);
  kernels::adaln_modulate(modulate, {});
}

void in_one_pass(const Rows& rows) {
  auto op = describe<kernels::GatedResidualAdaln>(rows);
  op.x = rows_of(*rows.x, 1);
  op.y = const_rows_of(*rows.y, 1);
  op.gate = vector(rows, 0);
  op.shift = vector(rows, 1);
  op.scale = vector(rows, 2);
  op.out = rows_of(*rows.out, 1);
  kernels::gated_residual_adaln(op, {});
}

MemoryBound add_and_modulate(ScalarType type) {
  const Shape sizes{4608, 3072};
  const Rows rows{normal(sizes, type), normal(sizes, type, 2), empty(sizes, type),
                  normal({3, 3072}, type, 3)};
  MemoryBound work{"1x4608x3072", 4 * bytes_of(rows.x), [=] { in_one_pass(rows); },
                   [=] { in_a_row(rows); }};
  work.rival_name = "two kernels";
  return work;
}

}  // namespace
}  // namespace reflectionflow::bench

int main(int argc, char** argv) {
  using namespace reflectionflow::bench;
  return bench_memory_bound(argc, argv, "gated_residual_adaln", {add_and_modulate});
}
