// adaLN modulation and quantisation in one pass, beside the two kernels in a row.
#include "adaln_modulate/adaln_modulate.h"
#include "adaln_modulate_quantized/adaln_modulate_quantized.h"
#include "kernels/memory_bound.h"
#include "quantize/quantize.h"

namespace reflectionflow::bench {
namespace {

struct Rows {
  Operand x, modulated, shift, scale;  // (S, E) twice, (1, E) twice
  std::shared_ptr<std::vector<uint8_t>> out;
  std::shared_ptr<std::vector<float>> scales;
};

template <typename Op>
Op modulation(const Rows& rows) {
  Op op;
  op.dtype = kernel_dtype(rows.x->type());
  op.batch = 1;
  op.tokens = rows.x->size(0);
  op.width = rows.x->size(1);
  op.x = const_rows_of(*rows.x, 1);
  op.shift = {rows.shift->data(), op.width};
  op.scale = {rows.scale->data(), op.width};
  return op;
}

void in_one_pass(const Rows& rows) {
  auto op = modulation<kernels::AdalnModulateQuantized>(rows);
  op.out = {rows.out->data(), op.tokens * op.width, op.width};
  op.row_scale = rows.scales->data();
  kernels::adaln_modulate_quantized(op, {});
}

void in_a_row(const Rows& rows) {
  auto modulate = modulation<kernels::AdalnModulate>(rows);
  modulate.out = rows_of(*rows.modulated, 1);
  kernels::adaln_modulate(modulate, {});
  kernels::Quantize op;
  op.dtype = modulate.dtype;
  op.rows = modulate.tokens;
  op.width = op.x_row_stride = op.out_row_stride = modulate.width;
  op.x = rows.modulated->data();
  op.out = rows.out->data();
  op.row_scale = rows.scales->data();
  kernels::quantize(op, {});
}

MemoryBound modulate_and_quantize(ScalarType type) {
  const Shape sizes{4608, 3072};
  const Operand x = normal(sizes, type);
  const Rows rows{x,
                  empty(sizes, type),
                  normal({1, 3072}, type, 2),
                  normal({1, 3072}, type, 3),
                  std::make_shared<std::vector<uint8_t>>(x->count()),
                  std::make_shared<std::vector<float>>(x->size(0))};
  MemoryBound work{"1x4608x3072", bytes_of(x) + static_cast<double>(x->count()),
                   [=] { in_one_pass(rows); }, [=] { in_a_row(rows); }};
  work.rival_name = "two kernels";
  return work;
}

}  // namespace
}  // namespace reflectionflow::bench

int main(int argc, char** argv) {
  using namespace reflectionflow::bench;
  return bench_memory_bound(argc, argv, "adaln_modulate_quantized", {modulate_and_quantize});
}
