// The end of both tensor-core kernels: sums divided by the rows' totals, rounded once and stored.
#pragma once

#include "common/ptx.cuh"
#include "joint_attention/attention_tiles.h"
#include "joint_attention/online_softmax.h"

namespace reflectionflow::kernels {

// Over the four lanes that share rows.
__device__ __forceinline__ float quad_max(float value) {
  value = fmaxf(value, __shfl_xor_sync(0xffffffffu, value, 1));
  return fmaxf(value, __shfl_xor_sync(0xffffffffu, value, 2));
}
__device__ __forceinline__ float quad_sum(float value) {
  value += __shfl_xor_sync(0xffffffffu, value, 1);
  return value + __shfl_xor_sync(0xffffffffu, value, 2);
}

// The 4 x 4 transpose of a quad's words; matrix_layout.h says why.
__device__ __forceinline__ void transpose_in_quad(uint32_t (&words)[4], int lane) {
#pragma unroll
  for (int step = 1; step <= 2; ++step) {
#pragma unroll
    for (int pair = 0; pair < 2; ++pair) {
      const int low = transpose_low(step, pair), high = low + step;
      const uint32_t sent = transpose_sent(words[low], words[high], lane, step);
      const uint32_t received = __shfl_xor_sync(0xffffffffu, sent, step);
      transpose_place(words[low], words[high], received, lane, step);
    }
  }
}

__device__ __forceinline__ void store_8(uint16_t* to, const uint32_t (&words)[4], bool aligned) {
  if (aligned) {
    store_words(to, {words[0], words[1], words[2], words[3]});
    return;
  }
#pragma unroll
  for (int i = 0; i < 8; ++i) to[i] = static_cast<uint16_t>(words[i / 2] >> (16 * (i % 2)));
}

// A warp's 16 rows from row `first` of the tile on. All lanes call it, since all exchange words;
// those whose row the tile does not have, or whose columns the head does not have, store nothing.
template <typename T, int kValues>
__device__ __forceinline__ void store_rows(const float (&sums)[kValues], const RunningRows& rows,
                                           const AttentionShape& shape, const TileOfQueries& tile,
                                           int first, const AttentionOutput& out, bool aligned) {
  const int lane = threadIdx.x % 32;
#pragma unroll
  for (int r = 0; r < 2; ++r) {
    const float share = 1.0f / quad_sum(rows.total[r]);
    const int row = first + accumulator_row(lane, 2 * r);
    uint16_t* to = static_cast<uint16_t*>(out.data) + tile.plane / shape.heads * out.batch_stride +
                   (tile.first + row) * out.row_stride + tile.plane % shape.heads * shape.head_size;
#pragma unroll
    for (int i = 0; i < kValues / 16; ++i) {
      uint32_t words[4];
#pragma unroll
      for (int w = 0; w < 4; ++w) {
        const int at = 4 * (4 * i + w) + 2 * r;
        words[w] = pack_pair<T>(sums[at] * share, sums[at + 1] * share);
      }
      transpose_in_quad(words, lane);
      const int column = stored_column(lane, i);
      if (row < tile.rows && column < shape.head_size) store_8(to + column, words, aligned);
    }
  }
}

}  // namespace reflectionflow::kernels
