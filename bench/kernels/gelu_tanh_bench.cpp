// GELU of the feed-forward part, in place and beside the attention's output, against LibTorch's.
#include "gelu_tanh/gelu_tanh.h"
#include "kernels/memory_bound.h"
#include "torch/dispatch.h"

namespace reflectionflow::bench {
namespace {

MemoryBound gelu(ScalarType type, int64_t out_row_stride) {
  const Operand x = normal({4608, 12288}, type), out = empty({4608, 15360}, type);
  kernels::GeluTanh op;
  op.dtype = kernel_dtype(type);
  op.rows = x->size(0);
  op.width = op.x_row_stride = x->size(1);
  op.out_row_stride = out_row_stride;
  op.x = x->data();
  op.out = out_row_stride == op.width ? x->data() : out->data();
  return {out_row_stride == op.width ? "4608x12288 in place" : "4608x12288 to rows of 15360",
          2 * bytes_of(x), [=, keep = std::make_pair(x, out)] { kernels::gelu_tanh(op, {}); },
          [=] { Dispatch("aten::gelu").tensor(*x).text("tanh").call(); }};
}

}  // namespace
}  // namespace reflectionflow::bench

int main(int argc, char** argv) {
  using namespace reflectionflow;
  return bench::bench_memory_bound(argc, argv, "gelu_tanh",
                                   {[](ScalarType type) { return bench::gelu(type, 12288); },
                                    [](ScalarType type) { return bench::gelu(type, 15360); }});
}
