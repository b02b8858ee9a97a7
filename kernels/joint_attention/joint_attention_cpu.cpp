// Joint attention: checks for all devices, and on the CPU the choice of a path, and tiles of
// queries in parallel.
#include <omp.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "common/cuda_build.h"
#include "common/parallel.h"
#include "common/precondition.h"
#include "common/vectorised.h"
#include "joint_attention/joint_attention_cuda.h"
#include "joint_attention/joint_attention_paths.h"

namespace reflectionflow::kernels {
namespace {

constexpr const char* kOp = "joint_attention";
constexpr float kInfinity = std::numeric_limits<float>::infinity();

void check_bias(const JointAttention& op) {
  for (int i = 0; i < op.groups; ++i) {
    bool sees_a_key = op.group_tokens[i] == 0;
    for (int j = 0; j < op.groups; ++j) {
      const float bias = op.bias[i][j];
      require(bias < kInfinity, kOp, "bias ", bias, " of groups ", i, " and ", j,
              " is neither finite nor -inf");
      sees_a_key = sees_a_key || (op.group_tokens[j] > 0 && bias > -kInfinity);
    }
    require(sees_a_key, kOp, "queries of group ", i, " see no key");
  }
}

void check(const JointAttention& op, Stream stream) {
  require_dtype(kOp, op.dtype);
  require_positive(kOp, "batch", op.batch);
  require_positive(kOp, "heads", op.heads);
  require(op.head_size >= 16 && op.head_size <= kMaxHeadSize && op.head_size % 8 == 0, kOp,
          "head_size ", op.head_size, " is not a multiple of 8 in [16, 128]");
  require(std::isfinite(op.scale), kOp, "scale ", op.scale, " is not finite");
  require(op.groups >= 1 && op.groups <= kMaxRowGroups, kOp, "groups ", op.groups,
          " is not in [1, ", kMaxRowGroups, "]");
  for (int g = 0; g < op.groups; ++g) {
    require(op.group_tokens[g] >= 0, kOp, "tokens ", op.group_tokens[g], " of group ", g,
            " is negative");
    if (op.group_tokens[g] == 0) continue;
    require(op.out[g].data != nullptr, kOp, "output of group ", g, " is null");
    require_row_stride(kOp, "output", op.out[g].row_stride, op.heads * op.head_size);
  }
  check_bias(op);
  require_memory(kOp, "q", op.q);
  require_memory(kOp, "k", op.k);
  require_memory(kOp, "v", op.v);
  const auto path = static_cast<int32_t>(op.path);
  require(path >= 0 && path <= 4, kOp, "path ", path, " is unknown");
  if (stream.on_cuda)
    return require(op.path == JointAttentionPath::kAutomatic, kOp, "path ", name_of(op.path),
                   " is not CUDA's");
  require(joint_attention_runs(op.path, op.dtype), kOp, "path ", name_of(op.path),
          " does not run on this processor with dtype ", static_cast<int32_t>(op.dtype));
}

AttendQueries attend_on(JointAttentionPath path) {
  switch (path) {
#if defined(__x86_64__)
    case JointAttentionPath::kAvx512Bf16:
      return attend_avx512_bf16;
    case JointAttentionPath::kAvx512:
      return attend_avx512;
    case JointAttentionPath::kAvx2:
      return attend_avx2;
#endif
    default:
      return attend_portable;
  }
}

int64_t tiles_of(int64_t tokens, int64_t queries) { return (tokens + queries - 1) / queries; }

// Tiles of one sample and head.
int64_t tiles_of(const JointAttention& op, int64_t queries) {
  int64_t tiles = 0;
  for (int g = 0; g < op.groups; ++g) tiles += tiles_of(op.group_tokens[g], queries);
  return tiles;
}

// How a call runs. A query's result does not depend on its tile, so neither does it on the threads.
struct Plan {
  JointAttentionPath path;
  int64_t queries;  // of a tile, at most
};

// Large tiles pack each key less often; with less than eight tiles for each thread the last ones
// would leave threads idle.
Plan choose_plan(const JointAttention& op, int64_t threads) {
  Plan plan{op.path, kMaxQueries};
  if (op.path == JointAttentionPath::kAutomatic) plan.path = fastest_joint_attention(op.dtype);
  while (plan.queries > kMinQueries &&
         op.batch * op.heads * tiles_of(op, plan.queries) < 8 * threads)
    plan.queries /= 2;
  return plan;
}

// The index-th tile; tiles never straddle two groups.
QueryTile find_tile(const JointAttention& op, int64_t index, int64_t tiles, int64_t sequence,
                    int64_t queries) {
  QueryTile tile;
  tile.b = index / tiles / op.heads;
  tile.h = index / tiles % op.heads;
  tile.sequence = sequence;
  tile.first = index % tiles * queries;
  while (tile.first >= op.group_tokens[tile.group]) {
    tile.first -= tiles_of(op.group_tokens[tile.group], queries) * queries;
    ++tile.group;
  }
  tile.queries = std::min(queries, op.group_tokens[tile.group] - tile.first);
  return tile;
}

}  // namespace

const char* name_of(JointAttentionPath path) {
  constexpr const char* kNames[] = {"automatic", "portable", "avx2", "avx512", "avx512_bf16"};
  return kNames[static_cast<int32_t>(path)];
}

bool joint_attention_runs(JointAttentionPath path, DType dtype) {
  switch (path) {
    case JointAttentionPath::kAvx512Bf16:
      return dtype == DType::kBFloat16 && avx512_bf16_runs();
    case JointAttentionPath::kAvx512:
      return vector_path_runs(VectorPath::kAvx512);
    case JointAttentionPath::kAvx2:
      return vector_path_runs(VectorPath::kAvx2);
    default:
      return true;
  }
}

JointAttentionPath fastest_joint_attention(DType dtype) {
  for (const JointAttentionPath path :
       {JointAttentionPath::kAvx512Bf16, JointAttentionPath::kAvx512, JointAttentionPath::kAvx2}) {
    if (joint_attention_runs(path, dtype)) return path;
  }
  return JointAttentionPath::kPortable;
}

void joint_attention(const JointAttention& op, Stream stream) {
  check(op, stream);
  if (stream.on_cuda) {
    if constexpr (kCudaBuild) return joint_attention_cuda(op, stream);
    refuse_cuda(kOp);
  }
  int64_t sequence = 0;
  for (int g = 0; g < op.groups; ++g) sequence += op.group_tokens[g];
  const bool parallel = worth_threads(op.batch * op.heads * sequence * sequence);
  const Plan plan = choose_plan(op, parallel ? omp_get_max_threads() : 1);
  const AttendQueries attend = attend_on(plan.path);
  const int64_t tiles = tiles_of(op, plan.queries);
  // Tiles differ in cost, and cores in what else they do.
#pragma omp parallel for schedule(dynamic) if (parallel)
  for (int64_t index = 0; index < op.batch * op.heads * tiles; ++index)
    attend(op, find_tile(op, index, tiles, sequence, plan.queries));
}

}  // namespace reflectionflow::kernels
