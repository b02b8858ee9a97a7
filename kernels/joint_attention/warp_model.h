// One warp of a tensor-core kernel on the CPU: what its lanes hold, softened, rounded and stored by
// the very functions that the kernels use; the exchange between lanes is modelled.
#pragma once

#include <algorithm>
#include <cstring>

#include "joint_attention/attention_tiles.h"
#include "joint_attention/online_softmax.h"

namespace reflectionflow::kernels {

constexpr int kLanesOfWarp = 32;

// What the lanes of one warp hold, for kLogits columns of logits and kSums of sums.
template <int kLogits, int kSums>
struct WarpModel {
  float logits[kLanesOfWarp][kLogits / 2] = {};
  float sums[kLanesOfWarp][kSums / 2] = {};
  float shrink[kLanesOfWarp][2] = {};
  RunningRows rows[kLanesOfWarp];

  template <typename Value>
  static void over_quad(float (&values)[kLanesOfWarp], const Value& combine) {
    for (const int distance : {1, 2}) {
      float before[kLanesOfWarp];
      std::copy(values, values + kLanesOfWarp, before);
      for (int lane = 0; lane < kLanesOfWarp; ++lane)
        values[lane] = combine(before[lane], before[lane ^ distance]);
    }
  }

  // Logits become weights.
  void soften(const AttentionShape& shape, const TileOfKeys& keys) {
    float largest[kLanesOfWarp][2];
    for (int lane = 0; lane < kLanesOfWarp; ++lane) {
      if (keys.keys < kLogits) mask_tail(logits[lane], lane, keys.keys);
      find_largest(logits[lane], largest[lane]);
    }
    for (int r = 0; r < 2; ++r) {
      float column[kLanesOfWarp];
      for (int lane = 0; lane < kLanesOfWarp; ++lane) column[lane] = largest[lane][r];
      over_quad(column, [](float a, float b) { return fmaxf(a, b); });
      for (int lane = 0; lane < kLanesOfWarp; ++lane) largest[lane][r] = column[lane];
    }
    for (int lane = 0; lane < kLanesOfWarp; ++lane)
      take_weights(logits[lane], largest[lane], shape.scale, keys.bias, rows[lane], shrink[lane]);
  }

  void shrink_sums() {
    for (int lane = 0; lane < kLanesOfWarp; ++lane) shrink_rows(sums[lane], shrink[lane]);
  }

  // As attention_output.cuh stores them.
  template <typename T>
  void store_rows(const AttentionShape& shape, const TileOfQueries& tile, int first,
                  const AttentionOutput& out) {
    for (int r = 0; r < 2; ++r) {
      float total[kLanesOfWarp];
      for (int lane = 0; lane < kLanesOfWarp; ++lane) total[lane] = rows[lane].total[r];
      over_quad(total, [](float a, float b) { return a + b; });
      for (int i = 0; i < kSums / 32; ++i) {
        uint32_t words[kLanesOfWarp][4];
        for (int lane = 0; lane < kLanesOfWarp; ++lane) {
          for (int w = 0; w < 4; ++w) {
            const float* pair = &sums[lane][4 * (4 * i + w) + 2 * r];
            words[lane][w] = pack_pair<T>(pair[0] / total[lane], pair[1] / total[lane]);
          }
        }
        transpose_quads(words);
        for (int lane = 0; lane < kLanesOfWarp; ++lane) {
          const int row = first + accumulator_row(lane, 2 * r), column = stored_column(lane, i);
          if (row >= tile.rows || column >= shape.head_size) continue;
          uint16_t* to = static_cast<uint16_t*>(out.data) +
                         tile.plane / shape.heads * out.batch_stride +
                         (tile.first + row) * out.row_stride +
                         tile.plane % shape.heads * shape.head_size + column;
          std::memcpy(to, words[lane], 16);
        }
      }
    }
  }

  static void transpose_quads(uint32_t (&words)[kLanesOfWarp][4]) {
    for (int step = 1; step <= 2; ++step) {
      for (int pair = 0; pair < 2; ++pair) {
        const int low = transpose_low(step, pair), high = low + step;
        uint32_t sent[kLanesOfWarp];
        for (int lane = 0; lane < kLanesOfWarp; ++lane)
          sent[lane] = transpose_sent(words[lane][low], words[lane][high], lane, step);
        for (int lane = 0; lane < kLanesOfWarp; ++lane)
          transpose_place(words[lane][low], words[lane][high], sent[lane ^ step], lane, step);
      }
    }
  }
};

}  // namespace reflectionflow::kernels
