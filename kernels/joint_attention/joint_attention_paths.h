// What the paths of joint attention share: one tile of queries is one task, done by one thread.
#pragma once

#include "joint_attention/joint_attention.h"

namespace reflectionflow::kernels {

constexpr int64_t kMaxHeadSize = 128;

// Queries first .. first + queries of a group, for one sample and one head.
struct QueryTile {
  int64_t b = 0, h = 0, sequence = 0;
  int group = 0;
  int64_t first = 0, queries = 0;
};

using AttendQueries = void (*)(const JointAttention& op, const QueryTile& tile);

void attend_portable(const JointAttention& op, const QueryTile& tile);
void attend_avx2(const JointAttention& op, const QueryTile& tile);
void attend_avx512(const JointAttention& op, const QueryTile& tile);
void attend_avx512_bf16(const JointAttention& op, const QueryTile& tile);

// Of a tile; powers of two apart, and multiples of the rows that go through registers together.
constexpr int64_t kMaxQueries = 192;
constexpr int64_t kMinQueries = 48;

// Elements before those of the tile's head, and of its first query, in q, k and v.
inline int64_t head_offset(const JointAttention& op, const QueryTile& tile) {
  return (tile.b * op.heads + tile.h) * tile.sequence * op.head_size;
}

inline int64_t query_offset(const JointAttention& op, const QueryTile& tile) {
  int64_t position = tile.first;
  for (int g = 0; g < tile.group; ++g) position += op.group_tokens[g];
  return head_offset(op, tile) + position * op.head_size;
}

// Elements between two queries' outputs lie op.out[group].row_stride apart.
inline int64_t output_offset(const JointAttention& op, const QueryTile& tile) {
  const Rows<void>& out = op.out[tile.group];
  return tile.b * out.batch_stride + tile.first * out.row_stride + tile.h * op.head_size;
}

}  // namespace reflectionflow::kernels
