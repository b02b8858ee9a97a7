// Row-wise quantisation of a transformer block's rows; LibTorch has no such operator.
#include "kernels/memory_bound.h"
#include "quantize/quantize.h"

namespace reflectionflow::bench {
namespace {

MemoryBound quantize(ScalarType type, int64_t width) {
  const Operand x = normal({4608, width}, type);
  const auto out = std::make_shared<std::vector<uint8_t>>(x->count());
  const auto scales = std::make_shared<std::vector<float>>(x->size(0));
  kernels::Quantize op;
  op.dtype = kernel_dtype(type);
  op.rows = x->size(0);
  op.width = op.x_row_stride = op.out_row_stride = width;
  op.x = x->data();
  op.out = out->data();
  op.row_scale = scales->data();
  return {"4608x" + std::to_string(width), bytes_of(x) + static_cast<double>(x->count()),
          [=, keep = std::make_tuple(x, out, scales)] { kernels::quantize(op, {}); }};
}

}  // namespace
}  // namespace reflectionflow::bench

int main(int argc, char** argv) {
  using namespace reflectionflow;
  return bench::bench_memory_bound(argc, argv, "quantize",
                                   {[](ScalarType type) { return bench::quantize(type, 3072); },
                                    [](ScalarType type) { return bench::quantize(type, 15360); }});
}
