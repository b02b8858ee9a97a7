// QK-norm and RoPE's launches: every element of every group once, heads within warps, wide accesses
// only where memory is aligned.
#include "common/launch_checks.h"
#include "qk_norm_rope/qk_norm_rope_cuda.h"

namespace reflectionflow::kernels {
namespace {

alignas(16) char memory[32];

QkNormRope shape(DType dtype, int64_t batch, int64_t heads, int64_t head_size,
                 const std::vector<int64_t>& tokens) {
  QkNormRope op;
  op.dtype = dtype;
  op.batch = batch;
  op.heads = heads;
  op.head_size = head_size;
  op.groups = static_cast<int>(tokens.size());
  for (int g = 0; g < op.groups; ++g) {
    QkNormRope::Group& group = op.group[g];
    group.tokens = tokens[g];
    group.q = group.k =
        group.v = {memory, 3 * heads * head_size * tokens[g], 3 * heads * head_size};
    group.q_weight = group.k_weight = memory;
  }
  op.rope_cos = op.rope_sin = reinterpret_cast<const float*>(memory);
  op.q_out = op.k_out = op.v_out = memory;
  return op;
}

// Walks as the kernel does, over what is written and over each group's rows.
void check_walk(const QkNormRope& op) {
  const QkNormRopeLaunch plan = qk_norm_rope_launch(op);
  check_launchable(plan);
  CHECK_THAT(plan.lanes <= kWarp && kWarp % plan.lanes == 0, plan);
  CHECK_THAT(plan.lanes * plan.vectors_per_thread * plan.step() >= op.head_size, plan);
  const int64_t width = op.heads * op.head_size;
  Coverage written(op.batch * plan.sequence * width);
  std::vector<Coverage> read;
  for (int g = 0; g < op.groups; ++g) read.emplace_back(op.batch * op.group[g].tokens * width);
  for (int64_t x = 0; x < plan.grid_x; ++x) {
    const RopeToken token = rope_token(op, x, plan.sequence);
    for (int64_t i = 0; i < plan.grid_y * plan.threads * plan.vectors_per_thread; ++i) {
      const int64_t thread = i / plan.vectors_per_thread % plan.threads;
      const RopeLane place = rope_lane(i / plan.vectors_per_thread / plan.threads, thread,
                                       plan.lanes, plan.heads_per_block, op.heads);
      const int64_t at = (place.lane + i % plan.vectors_per_thread * plan.lanes) * plan.step();
      if (!place.active || at >= op.head_size) continue;
      CHECK_THAT((thread - place.lane) / kWarp == (thread - place.lane + plan.lanes - 1) / kWarp,
                 "a head lies across warps: " << plan);
      written.visit(
          ((token.b * op.heads + place.head) * plan.sequence + token.position) * op.head_size + at,
          plan.step());
      const int64_t row = token.b * op.group[token.group].tokens + token.s;
      read[token.group].visit(row * width + place.head * op.head_size + at, plan.step());
    }
  }
  CHECK_THAT(written.once(), plan);
  for (const Coverage& rows : read) CHECK_THAT(rows.once(), plan);
}

TEST(every_element_is_reached_once) {
  for (const DType dtype : {DType::kFloat32, DType::kBFloat16}) {
    for (const int64_t head_size : {2, 8, 24, 34, 64, 96, 128, 256, 512}) {
      check_walk(shape(dtype, 1, 24, head_size, {3, 4}));
      check_walk(shape(dtype, 2, 3, head_size, {1, 0, 5}));
      check_walk(shape(dtype, 1, 67, head_size, {2}));
    }
  }
}

TEST(no_tokens_are_no_blocks) {
  CHECK(qk_norm_rope_launch(shape({}, 1, 2, 8, {0, 0})).grid_x == 0);
}

TEST(accesses_are_wide_where_memory_is_aligned) {
  const QkNormRope op = shape(DType::kBFloat16, 2, 3, 64, {5, 7});
  CHECK(qk_norm_rope_launch(op).vector == 8);
  CHECK(qk_norm_rope_launch(shape(DType::kFloat32, 2, 3, 64, {5, 7})).vector == 4);
  CHECK(qk_norm_rope_launch(shape(DType::kBFloat16, 2, 3, 36, {5})).vector == 1);
  const auto narrow = [&](auto change) {
    QkNormRope changed = op;
    change(changed);
    return qk_norm_rope_launch(changed).vector == 1;
  };
  CHECK(narrow([](QkNormRope& x) { x.group[1].k.data = memory + 2; }));
  CHECK(narrow([](QkNormRope& x) { x.group[0].v.row_stride += 4; }));
  CHECK(narrow([](QkNormRope& x) { x.group[0].q.batch_stride += 4; }));
  CHECK(narrow([](QkNormRope& x) { x.group[1].k_weight = memory + 2; }));
  CHECK(narrow([](QkNormRope& x) { x.rope_sin = reinterpret_cast<const float*>(memory + 8); }));
  CHECK(narrow([](QkNormRope& x) { x.v_out = memory + 8; }));
  // Nothing is read of a group without tokens.
  CHECK(!narrow([](QkNormRope& x) { x.group[1] = {}; }));
}

TEST(a_token_of_flux_is_a_block) {
  const QkNormRopeLaunch plan =
      qk_norm_rope_launch(shape(DType::kBFloat16, 1, 24, 128, {512, 4096, 1024}));
  CHECK_THAT(plan.threads == 384 && plan.lanes == 16 && plan.grid_x == 5632 && plan.grid_y == 1,
             plan);
}

}  // namespace
}  // namespace reflectionflow::kernels
