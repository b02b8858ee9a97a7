// The tensor-core kernels on the CPU: their tiles, addresses, descriptors, fragments and softmax by
// the very functions that they use, their instructions by hardware_model.h. Launchers like the
// others, for the same suite.
#pragma once

#include <memory>

#include "joint_attention/hardware_model.h"
#include "joint_attention/joint_attention_cuda.h"
#include "joint_attention/online_softmax.h"

namespace reflectionflow::kernels {

constexpr int kLanesOfWarp = 32;

// What the lanes of one warp hold, for kLogits columns of logits and kSums of sums.
template <int kLogits, int kSums>
struct WarpModel {
  float logits[kLanesOfWarp][kLogits / 2] = {};
  float sums[kLanesOfWarp][kSums / 2] = {};
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

  // Logits become weights, and sums shrink.
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
    for (int lane = 0; lane < kLanesOfWarp; ++lane) {
      float shrink[2];
      take_weights(logits[lane], largest[lane], shape.scale, keys.bias, rows[lane], shrink);
      shrink_rows(sums[lane], shrink);
    }
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

// --- sm_80 ---------------------------------------------------------------------------------------

template <typename T, int kHead>
class Sm80Model {
 public:
  explicit Sm80Model(const JointAttention& op) : op_(op), shape_(attention_shape(op)) {}

  void run(int block) {
    const TileOfQueries tile = query_tile(shape_, block, kSm80Queries);
    const int tiles = key_tiles(shape_, tile.group, kSm80Keys);
    WarpModel<kSm80Keys, kHead> warps[kSm80Warps];
    copy_tile(kBase + kShared.q(), op_.q, tile.plane, tile.group, tile.first, tile.rows);
    for (int n = 0; n < tiles; ++n) {
      const TileOfKeys keys = key_tile(shape_, tile.group, n, kSm80Keys);
      copy_tile(kBase + kShared.k(n % 2), op_.k, tile.plane, keys.group, keys.first, keys.keys);
      copy_tile(kBase + kShared.v(n % 2), op_.v, tile.plane, keys.group, keys.first, keys.keys);
      for (int warp = 0; warp < kSm80Warps; ++warp) {
        multiply_keys(warps[warp], 16 * warp, kBase + kShared.k(n % 2));
        warps[warp].soften(shape_, keys);
        multiply_values(warps[warp], kBase + kShared.v(n % 2));
      }
    }
    for (int warp = 0; warp < kSm80Warps; ++warp)
      warps[warp].template store_rows<T>(shape_, tile, 16 * warp,
                                         attention_output(op_, tile.group));
  }

 private:
  static constexpr Sm80Shared kShared{kHead};
  static constexpr uint32_t kBase = 1024;  // as where the runtime keeps a kilobyte for itself
  using Warp = WarpModel<kSm80Keys, kHead>;

  void copy_tile(uint32_t to, const void* operand, int plane, int group, int first, int rows) {
    const int64_t start =
        static_cast<int64_t>(plane) * shape_.sequence + start_of(shape_, group) + first;
    const uint16_t* from = static_cast<const uint16_t*>(operand) + start * shape_.head_size;
    for (int thread = 0; thread < kSm80Threads; ++thread) {
      for (int i = 0; i < chunks_per_thread(kHead); ++i) {
        const Chunk chunk = chunk_of(kHead, thread, i);
        const bool exists = chunk.row < rows && chunk.column < shape_.head_size;
        const uint16_t zeros[8] = {};
        shared_.write(to + tile_offset(kSm80Keys, chunk.row, chunk.column),
                      exists ? from + chunk.row * shape_.head_size + chunk.column : zeros, 16);
      }
    }
  }

  // ldmatrix for all lanes, at (row, column) of a tile.
  template <typename Row, typename Column>
  void load_matrices(uint32_t tile, const Row& row, const Column& column, bool trans,
                     uint32_t (*to)[4]) {
    uint32_t address[kLanesOfWarp];
    for (int lane = 0; lane < kLanesOfWarp; ++lane)
      address[lane] = tile + tile_offset(kSm80Keys, row(lane), column(lane));
    model_ldmatrix(shared_, address, trans, to);
  }

  // Both operands B of four registers.
  template <int kValues>
  static void multiply_both(float (*d)[kValues], int first, const Matrix<16, 16>& a,
                            const uint32_t (*b)[4]) {
    for (int side = 0; side < 2; ++side) {
      uint32_t operand[kLanesOfWarp][2];
      for (int lane = 0; lane < kLanesOfWarp; ++lane)
        for (int reg = 0; reg < 2; ++reg) operand[lane][reg] = b[lane][2 * side + reg];
      model_mma<T>(d, first + 4 * side, a, operand);
    }
  }

  void multiply_keys(Warp& warp, int first, uint32_t tile) {
    std::memset(warp.logits, 0, sizeof warp.logits);
    for (int step = 0; step < kHead / 16; ++step) {
      uint32_t q[kLanesOfWarp][4], k[kLanesOfWarp][4];
      load_matrices(
          kBase + kShared.q(), [&](int lane) { return first + ldmatrix_down_row(lane); },
          [&](int lane) { return 16 * step + ldmatrix_down_column(lane); }, false, q);
      const Matrix<16, 16> a = read_operand_a<T>(q);
      for (int pair = 0; pair < kSm80Keys / 16; ++pair) {
        load_matrices(
            tile, [&](int lane) { return 16 * pair + ldmatrix_right_row(lane); },
            [&](int lane) { return 16 * step + ldmatrix_right_column(lane); }, false, k);
        multiply_both(warp.logits, 8 * pair, a, k);
      }
    }
  }

  void multiply_values(Warp& warp, uint32_t tile) {
    for (int step = 0; step < kSm80Keys / 16; ++step) {
      uint32_t weights[kLanesOfWarp][4], v[kLanesOfWarp][4];
      for (int lane = 0; lane < kLanesOfWarp; ++lane)
        pack_operand_a<T>(warp.logits[lane], step, weights[lane]);
      const Matrix<16, 16> a = read_operand_a<T>(weights);
      for (int pair = 0; pair < kHead / 16; ++pair) {
        load_matrices(
            tile, [&](int lane) { return 16 * step + ldmatrix_down_row(lane); },
            [&](int lane) { return 16 * pair + ldmatrix_down_column(lane); }, true, v);
        multiply_both(warp.sums, 8 * pair, a, v);
      }
    }
  }

  const JointAttention& op_;
  const AttentionShape shape_;
  SharedMemory shared_{kBase + kShared.bytes()};
};

// --- sm_90 ---------------------------------------------------------------------------------------

template <typename T>
class Sm90Model {
 public:
  Sm90Model(const JointAttention& op, const JointAttentionLaunch& plan)
      : op_(op), plan_(plan), shape_(attention_shape(op)) {}

  void run(int block) {
    Ring ring;  // of keys and values alike
    for (int index = block; index < plan_.tiles; index += static_cast<int>(plan_.grid_x))
      attend(query_tile(shape_, index, kSm90Queries), ring);
  }

 private:
  static constexpr uint32_t kBase = 1024;
  using Warp = WarpModel<kSm90Keys, kSm90Head>;

  void attend(const TileOfQueries& tile, Ring& ring) {
    copy_tile(Sm90Shared::kQ, op_.q, tile.group, kSm90Queries, tile.first, tile.plane);
    const int tiles = key_tiles(shape_, tile.group, kSm90Keys);
    auto warps = std::make_unique<Warp[]>(kSm90ConsumerWarps);
    for (int n = 0; n < tiles; ++n, ring.advance()) {
      const TileOfKeys keys = key_tile(shape_, tile.group, n, kSm90Keys);
      copy_tile(Sm90Shared::k(ring.stage), op_.k, keys.group, kSm90Keys, keys.first, tile.plane);
      copy_tile(Sm90Shared::v(ring.stage), op_.v, keys.group, kSm90Keys, keys.first, tile.plane);
      multiply_keys(warps.get(), kBase + Sm90Shared::k(ring.stage));
      for (int warp = 0; warp < kSm90ConsumerWarps; ++warp) warps[warp].soften(shape_, keys);
      multiply_values(warps.get(), kBase + Sm90Shared::v(ring.stage));
    }
    for (int warp = 0; warp < kSm90ConsumerWarps; ++warp)
      warps[warp].template store_rows<T>(shape_, tile, 64 * (warp / 4) + 16 * (warp % 4),
                                         attention_output(op_, tile.group));
  }

  void copy_tile(uint32_t to, const void* operand, int group, int rows, int row, int plane) {
    const TensorBox box = tensor_box(shape_, group, rows);
    TensorMapModel map;
    map.tensor = static_cast<const uint16_t*>(operand) + box.first;
    std::copy(box.sizes, box.sizes + 3, map.sizes);
    std::copy(box.strides, box.strides + 2, map.strides);
    std::copy(box.box, box.box + 3, map.box);
    model_copy_box(shared_, kBase + to, map, 0, row, plane);
    model_copy_box(shared_, kBase + to + panel_bytes(rows), map, kPanelColumns, row, plane);
  }

  void multiply_keys(Warp* warps, uint32_t k) {
    for (int step = 0; step < kSm90Head / 16; ++step) {
      const Matrix<128, 16> b = read_operand<T, 128>(
          shared_, {along_row_descriptor(k, kSm90Keys, 0, step), true});
      for (int consumer = 0; consumer < kSm90Consumers; ++consumer) {
        const Matrix<64, 16> queries = read_operand<T, 64>(
            shared_, {along_row_descriptor(kBase + Sm90Shared::kQ, kSm90Queries, 64 * consumer,
                                           step),
                      true});
        for (int warp = 0; warp < 4; ++warp) {
          Matrix<16, 16> a;
          std::copy(queries.begin() + 16 * warp, queries.begin() + 16 * warp + 16, a.begin());
          model_wgmma(warps[4 * consumer + warp].logits, a, b, step > 0);
        }
      }
    }
  }

  void multiply_values(Warp* warps, uint32_t v) {
    for (int step = 0; step < kSm90Keys / 16; ++step) {
      const Matrix<128, 16> b =
          read_operand<T, 128>(shared_, {across_rows_descriptor(v, kSm90Keys, step), false});
      for (int warp = 0; warp < kSm90ConsumerWarps; ++warp) {
        uint32_t weights[kLanesOfWarp][4];
        for (int lane = 0; lane < kLanesOfWarp; ++lane)
          pack_operand_a<T>(warps[warp].logits[lane], step, weights[lane]);
        model_wgmma(warps[warp].sums, read_operand_a<T>(weights), b, true);
      }
    }
  }

  const JointAttention& op_;
  const JointAttentionLaunch& plan_;
  const AttentionShape shape_;
  SharedMemory shared_{kBase + Sm90Shared::kBytes};
};

template <typename T>
void emulate(const JointAttention& op, const JointAttentionLaunch& plan) {
  for (int block = 0; block < plan.grid_x; ++block) {
    if (plan.kernel == JointAttentionKernel::kSm90)
      Sm90Model<T>(op, plan).run(block);
    else if (sm80_padded_head(op.head_size) == 64)
      Sm80Model<T, 64>(op).run(block);
    else
      Sm80Model<T, 128>(op).run(block);
  }
}

// A card of three multiprocessors, so that a persistent block has more than one tile.
inline void emulate(const JointAttention& op, JointAttentionKernel kernel) {
  const JointAttentionLaunch plan = joint_attention_launch(op, kernel, {90, 3});
  if (op.dtype == DType::kBFloat16)
    emulate<BFloat16>(op, plan);
  else
    emulate<Float16>(op, plan);
}

}  // namespace reflectionflow::kernels
