// QK-norm and RoPE on CUDA: which thread works on what, its launch, and its launcher for operations
// that are already checked.
#pragma once

#include <algorithm>

#include "common/launch.h"
#include "qk_norm_rope/qk_norm_rope.h"

namespace reflectionflow::kernels {

// One token's heads are a block, so that they read its row of the RoPE tables from L1: 24 heads of
// 16 lanes are 384 threads with one vector of q, k and v each, 3 such blocks fit a multiprocessor.
constexpr int kRopeThreads = 512;
// A lane of unaligned operands works on pairs instead of vectors; 32 lanes with 8 pairs each hold
// the largest head.
constexpr int kRopePairs = 8;

struct QkNormRopeLaunch : LaunchPlan {
  int64_t sequence = 0;         // tokens of all groups
  int64_t lanes = 1;            // of a head: a power of two, so that none lies across two warps
  int64_t heads_per_block = 1;  // the grid's y covers the rest

  int64_t step() const { return vector == 1 ? 2 : vector; }  // elements that a lane rotates at once
};

inline bool rope_is_wide(const QkNormRope& op, int64_t vector) {
  bool wide = op.head_size % vector == 0 && op.head_size / vector <= kWarp;
  for (const void* data : {static_cast<const void*>(op.rope_cos),  //
                           static_cast<const void*>(op.rope_sin),  //
                           static_cast<const void*>(op.q_out),     //
                           static_cast<const void*>(op.k_out),     //
                           static_cast<const void*>(op.v_out)})
    wide = wide && aligned(data);
  for (int g = 0; g < op.groups; ++g) {
    const QkNormRope::Group& group = op.group[g];
    if (group.tokens == 0) continue;
    wide = wide && aligned(group.q_weight) && aligned(group.k_weight);
    for (const Rows<const void>& rows : {group.q, group.k, group.v})
      wide = wide && aligned(rows.data) && rows.row_stride % vector == 0 &&
             rows.batch_stride % vector == 0;
  }
  return wide;
}

inline QkNormRopeLaunch qk_norm_rope_launch(const QkNormRope& op) {
  QkNormRopeLaunch plan;
  const int64_t vector = kVectorBytes / size_of(op.dtype);
  const bool wide = rope_is_wide(op, vector);
  plan.vector = wide ? vector : 1;
  plan.vectors_per_thread = wide ? 1 : kRopePairs;
  while (plan.lanes < kWarp && plan.lanes * plan.step() < op.head_size) plan.lanes *= 2;
  const int64_t chunks = ceil_div(op.heads * plan.lanes, kRopeThreads);
  plan.heads_per_block = ceil_div(op.heads, chunks);
  plan.threads = round_up(plan.heads_per_block * plan.lanes, kWarp);
  for (int g = 0; g < op.groups; ++g) plan.sequence += op.group[g].tokens;
  plan.grid_x = op.batch * plan.sequence;
  plan.grid_y = ceil_div(op.heads, plan.heads_per_block);
  return plan;
}

// Where a block reads: row s of sample b in its group, `position` of the whole sequence.
struct RopeToken {
  int64_t b, s, position;
  int group;
};

HOST_DEVICE RopeToken rope_token(const QkNormRope& op, uint32_t block, uint32_t sequence) {
  const uint32_t position = block % sequence;
  RopeToken token = {block / sequence, position, position, 0};
  while (token.s >= op.group[token.group].tokens) token.s -= op.group[token.group++].tokens;
  return token;
}

// A thread's lane of a head; heads behind the last have nothing to do but take part in sums.
struct RopeLane {
  int64_t head;
  int lane;
  bool active;
};

HOST_DEVICE RopeLane rope_lane(uint32_t block, uint32_t thread, int lanes, int heads_per_block,
                               int64_t heads) {
  const int head_in_block = static_cast<int>(thread) / lanes;
  const int64_t head = int64_t{block} * heads_per_block + head_in_block;
  return {head, static_cast<int>(thread) % lanes, head_in_block < heads_per_block && head < heads};
}

// Throws std::runtime_error where CUDA refuses the launch.
void qk_norm_rope_cuda(const QkNormRope& op, Stream stream);

}  // namespace reflectionflow::kernels
