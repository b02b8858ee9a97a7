// QK-norm and RoPE of text and image rows on their way to attention's layout; LibTorch has no such
// operator.
#include "kernels/memory_bound.h"
#include "qk_norm_rope/qk_norm_rope.h"

namespace reflectionflow::bench {
namespace {

constexpr int64_t kText = 512, kImage = 4096, kHeads = 24, kHeadSize = 128;
constexpr int64_t kTokens = kText + kImage, kWidth = kHeads * kHeadSize;

MemoryBound arrange(ScalarType type) {
  const Operand q = normal({kTokens, kWidth}, type), k = normal({kTokens, kWidth}, type, 2);
  const Operand v = normal({kTokens, kWidth}, type, 3), out = empty({3, kTokens, kWidth}, type);
  const Operand weight = normal({kHeadSize}, type, 4);
  const Operand table = normal({kTokens, kHeadSize / 2}, ScalarType::kFloat32, 5);
  kernels::QkNormRope op;
  op.dtype = kernel_dtype(type);
  op.batch = 1;
  op.heads = kHeads;
  op.head_size = kHeadSize;
  op.groups = 2;
  for (int g = 0; g < 2; ++g) {
    const int64_t first = g == 0 ? 0 : kText, count = g == 0 ? kText : kImage;
    op.group[g] = {count,
                   const_rows_of(q->rows(first, count), 1),
                   const_rows_of(k->rows(first, count), 1),
                   const_rows_of(v->rows(first, count), 1),
                   weight->data(),
                   weight->data()};
  }
  op.rope_cos = op.rope_sin = table->as<float>();
  op.q_out = out->rows(0, 1).data();
  op.k_out = out->rows(1, 1).data();
  op.v_out = out->rows(2, 1).data();
  return {"1x(512+4096)x24x128", 2 * bytes_of(out) + 2 * bytes_of(table),
          [=, keep = std::vector<Operand>{q, k, v, out, weight, table}] {
            kernels::qk_norm_rope(op, {});
          }};
}

}  // namespace
}  // namespace reflectionflow::bench

int main(int argc, char** argv) {
  using namespace reflectionflow::bench;
  return bench_memory_bound(argc, argv, "qk_norm_rope", {arrange});
}
