// An adapter's second product on the condition's rows, beside LibTorch's addmm in place.
#include "kernels/memory_bound.h"
#include "lora_add/lora_add.h"
#include "torch/ops.h"

namespace reflectionflow::bench {
namespace {

constexpr int64_t kRows = 1024, kRank = 32;

MemoryBound add(ScalarType type, int64_t width) {
  const Operand down = normal({kRows, kRank}, type), out = normal({kRows, width}, type, 2);
  const Operand up = normal({width, kRank}, type, 3), up_t = share(up->transposed());
  kernels::LoraAdd op;
  op.dtype = kernel_dtype(type);
  op.rows = kRows;
  op.rank = op.down_row_stride = kRank;
  op.width = op.out_row_stride = width;
  op.scale = 0.5e-3f;  // a hundred rounds leave the sums as large as they were
  op.down = down->data();
  op.up = up->data();
  op.out = out->data();
  return {"1024x32 to 1024x" + std::to_string(width),
          2 * bytes_of(out) + bytes_of(down) + bytes_of(up),
          [=, keep = std::make_pair(down, up)] { kernels::lora_add(op, {}); },
          [=] { ops::addmm(*out, *out, *down, *up_t, 1, 0.5e-3); }};
}

}  // namespace
}  // namespace reflectionflow::bench

int main(int argc, char** argv) {
  using namespace reflectionflow;
  return bench::bench_memory_bound(argc, argv, "lora_add",
                                   {[](ScalarType type) { return bench::add(type, 3072); },
                                    [](ScalarType type) { return bench::add(type, 12288); }});
}
