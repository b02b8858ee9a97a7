// Joint attention on CUDA: which of its kernels takes an operation, and how that is launched.
#pragma once

#include <algorithm>
#include <limits>

#include "common/launch.h"
#include "joint_attention/joint_attention.h"
#include "joint_attention/sm80_tiles.h"
#include "joint_attention/sm90_tiles.h"

namespace reflectionflow::kernels {

enum class JointAttentionKernel : int32_t {
  kPlain,  // a warp for each query, float32 arithmetic: any card, dtype and alignment
  kSm80,   // mma.sync: 16-bit elements, any head size
  kSm90,   // wgmma and TMA: 16-bit elements, head size 128, Hopper alone
};

inline const char* name_of(JointAttentionKernel kernel) {
  constexpr const char* kNames[] = {"plain", "sm80", "sm90"};
  return kNames[static_cast<int32_t>(kernel)];
}

// Architectures are 10 major + minor.
struct CudaCard {
  int capability = 80;
  int multiprocessors = 0;
  // What kSm90 was compiled for as it is loaded: less than 90 where the driver makes it from PTX
  // for older cards, in which it is but a trap.
  int sm90_code = 0;
};

// The fastest kernel there is. Machine code for sm_90a runs on 9.0 and on nothing later.
inline JointAttentionKernel fastest_joint_attention_kernel(CudaCard card, DType dtype,
                                                           int64_t head_size) {
  if (dtype == DType::kFloat32 || card.capability < 80) return JointAttentionKernel::kPlain;
  const bool hopper = card.capability == 90 && card.sm90_code >= 90 && head_size == kSm90Head;
  return hopper ? JointAttentionKernel::kSm90 : JointAttentionKernel::kSm80;
}

inline AttentionShape attention_shape(const JointAttention& op) {
  constexpr float kLog2e = 1.44269504f;
  AttentionShape shape;
  shape.planes = static_cast<int>(op.batch * op.heads);
  shape.heads = static_cast<int>(op.heads);
  shape.head_size = static_cast<int>(op.head_size);
  shape.groups = op.groups;
  shape.scale = op.scale * kLog2e;
  for (int i = 0; i < op.groups; ++i) {
    shape.tokens[i] = static_cast<int>(op.group_tokens[i]);
    shape.sequence += shape.tokens[i];
    for (int j = 0; j < op.groups; ++j) shape.bias[i][j] = op.bias[i][j] * kLog2e;
  }
  return shape;
}

inline AttentionOutput attention_output(const JointAttention& op, int group) {
  return {op.out[group].data, op.out[group].batch_stride, op.out[group].row_stride};
}

// What the tensor-core kernels ask for besides: copies of 16 bytes, a largest logit that is still
// the largest when it is scaled, and indices of tiles within 32 bits.
inline bool joint_attention_fits_tensor_cores(const JointAttention& op) {
  int64_t tokens = 0;
  for (int g = 0; g < op.groups; ++g) tokens += op.group_tokens[g];
  constexpr int64_t kMost = std::numeric_limits<int32_t>::max();
  return aligned(op.q) && aligned(op.k) && aligned(op.v) && op.scale > 0 &&
         op.batch * op.heads <= kMost && tokens <= kMost / 2 &&
         op.batch * op.heads * (tokens / kSm80Queries + kMaxRowGroups) <= kMost / 2;
}

inline JointAttentionKernel joint_attention_kernel(const JointAttention& op, CudaCard card) {
  if (!joint_attention_fits_tensor_cores(op)) return JointAttentionKernel::kPlain;
  return fastest_joint_attention_kernel(card, op.dtype, op.head_size);
}

constexpr int64_t kPlainWarps = 8;

struct JointAttentionLaunch : LaunchPlan {
  JointAttentionKernel kernel = JointAttentionKernel::kPlain;
  int64_t tiles = 0;  // of queries, in all planes; for the plain kernel queries
};

inline std::ostream& operator<<(std::ostream& out, const JointAttentionLaunch& plan) {
  return out << name_of(plan.kernel) << ", " << plan.tiles << " tiles, "
             << static_cast<const LaunchPlan&>(plan);
}

// Elements of one store: eight where every row of every group starts at a multiple of 16 bytes.
inline int64_t output_vector(const JointAttention& op) {
  int64_t vector = vector_of(op.dtype, {}, {});
  for (int g = 0; g < op.groups; ++g) {
    const Rows<void>& out = op.out[g];
    if (op.group_tokens[g] > 0)
      vector =
          std::min(vector, vector_of(op.dtype, {out.data}, {out.batch_stride, out.row_stride}));
  }
  return vector;
}

// For a kernel that joint_attention_kernel allows on the card.
inline JointAttentionLaunch joint_attention_launch(const JointAttention& op,
                                                   JointAttentionKernel kernel, CudaCard card) {
  JointAttentionLaunch plan;
  plan.kernel = kernel;
  if (kernel == JointAttentionKernel::kPlain) {
    for (int g = 0; g < op.groups; ++g) plan.tiles += op.batch * op.heads * op.group_tokens[g];
    plan.rows_per_block = kPlainWarps;
    plan.grid_x = std::max<int64_t>(1, ceil_div(plan.tiles, kPlainWarps));
    plan.threads = kPlainWarps * kWarp;
    return plan;
  }
  const AttentionShape shape = attention_shape(op);
  plan.vector = output_vector(op);
  if (kernel == JointAttentionKernel::kSm80) {
    plan.rows_per_block = kSm80Queries;
    plan.threads = kSm80Threads;
    plan.shared_bytes = Sm80Shared{sm80_padded_head(op.head_size)}.bytes();
  } else {
    plan.rows_per_block = kSm90Queries;
    plan.threads = kSm90Threads;
    plan.shared_bytes = Sm90Shared::kBytes;
  }
  const int tile = static_cast<int>(plan.rows_per_block);
  plan.tiles = static_cast<int64_t>(shape.planes) * query_tiles(shape, tile);
  // Blocks of the Hopper kernel stay for all their tiles.
  const bool persistent = kernel == JointAttentionKernel::kSm90;
  plan.grid_x = persistent ? std::min<int64_t>(plan.tiles, card.multiprocessors) : plan.tiles;
  return plan;
}

// By the kernel that joint_attention_kernel names for the current card. Throws std::runtime_error
// where CUDA refuses the launch.
void joint_attention_cuda(const JointAttention& op, Stream stream);

// By a kernel of choice, for tests and benches; std::invalid_argument where it does not take the
// operation on the current card.
void joint_attention_cuda(const JointAttention& op, JointAttentionKernel kernel, Stream stream);

// Of the current device, which is asked once in a process.
CudaCard current_cuda_card();

}  // namespace reflectionflow::kernels
