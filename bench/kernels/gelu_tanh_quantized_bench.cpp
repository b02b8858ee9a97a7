// GELU and quantisation in one pass, beside the two kernels in a row.
#include "gelu_tanh/gelu_tanh.h"
#include "gelu_tanh_quantized/gelu_tanh_quantized.h"
#include "kernels/memory_bound.h"
#include "quantize/quantize.h"

namespace reflectionflow::bench {
namespace {

struct Rows {
  Operand x, activation;  // (S, 4 E)
  std::shared_ptr<std::vector<uint8_t>> out;
  std::shared_ptr<std::vector<float>> scales;
};

template <typename Op>
Op describe(const Operand& x) {
  Op op;
  op.dtype = kernel_dtype(x->type());
  op.rows = x->size(0);
  op.width = op.x_row_stride = op.out_row_stride = x->size(1);
  op.x = x->data();
  return op;
}

template <typename Op>
Op quantizing(const Operand& x, const Rows& rows) {
  Op op = describe<Op>(x);
  op.out = rows.out->data();
  op.row_scale = rows.scales->data();
  return op;
}

void in_a_row(const Rows& rows) {
  auto gelu = describe<kernels::GeluTanh>(rows.x);
  gelu.out = rows.activation->data();
  kernels::gelu_tanh(gelu, {});
  kernels::quantize(quantizing<kernels::Quantize>(rows.activation, rows), {});
}

MemoryBound gelu_and_quantize(ScalarType type) {
  const Shape sizes{4608, 12288};
  const Operand x = normal(sizes, type);
  const Rows rows{x, empty(sizes, type), std::make_shared<std::vector<uint8_t>>(x->count()),
                  std::make_shared<std::vector<float>>(x->size(0))};
  MemoryBound work{"4608x12288", bytes_of(x) + static_cast<double>(x->count()),
                   [=] {
                     kernels::gelu_tanh_quantized(
                         quantizing<kernels::GeluTanhQuantized>(rows.x, rows), {});
                   },
                   [=] { in_a_row(rows); }};
  work.rival_name = "two kernels";
  return work;
}

}  // namespace
}  // namespace reflectionflow::bench

int main(int argc, char** argv) {
  using namespace reflectionflow::bench;
  return bench_memory_bound(argc, argv, "gelu_tanh_quantized", {gelu_and_quantize});
}
