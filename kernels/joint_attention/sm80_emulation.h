// The sm_80 kernel on the CPU: its copies, addresses and fragments by the functions that it uses,
// its instructions by hardware_model.h.
#pragma once

#include "common/hardware_model.h"
#include "joint_attention/joint_attention_cuda.h"
#include "joint_attention/warp_model.h"

namespace reflectionflow::kernels {

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
        warps[warp].shrink_sums();
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

}  // namespace reflectionflow::kernels
