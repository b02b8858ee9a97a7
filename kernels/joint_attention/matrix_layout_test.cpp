// Fragments, swizzle, descriptors and the transpose of the attention kernels, over every index, and
// against the manual's words in hardware_model.h.
#include "joint_attention/matrix_layout.h"

#include <set>

#include "common/hardware_model.h"
#include "common/launch_checks.h"
#include "joint_attention/sm80_tiles.h"
#include "joint_attention/sm90_tiles.h"

namespace reflectionflow::kernels {
namespace {

TEST(accumulators_of_a_warp_cover_its_rows) {
  for (const int columns : {8, 64, 128}) {
    Coverage coverage(16 * columns);
    for (int lane = 0; lane < 32; ++lane)
      for (int i = 0; i < columns / 2; ++i)
        coverage.visit(accumulator_row(lane, i) * columns + accumulator_column(lane, i));
    CHECK_THAT(coverage.once(), columns << " columns");
  }
}

TEST(operands_of_a_warp_cover_their_tiles) {
  Coverage a(16 * 16), b(16 * 8);
  for (int lane = 0; lane < 32; ++lane) {
    for (int half = 0; half < 2; ++half) {
      for (int reg = 0; reg < 4; ++reg)
        a.visit(operand_a_row(lane, reg) * 16 + operand_a_column(lane, reg, half));
      for (int reg = 0; reg < 2; ++reg)
        b.visit(operand_b_k(lane, reg, half) * 8 + operand_b_column(lane));
    }
  }
  CHECK(a.once());
  CHECK(b.once());
}

// Why the softmax's weights never leave the registers.
TEST(accumulators_are_the_next_operand_a) {
  for (int lane = 0; lane < 32; ++lane) {
    for (int b = 0; b < 8; ++b) {
      for (int reg = 0; reg < 4; ++reg) {
        for (int half = 0; half < 2; ++half) {
          const int i = accumulator_for_operand_a(b, reg, half);
          CHECK(accumulator_row(lane, i) == operand_a_row(lane, reg));
          CHECK(accumulator_column(lane, i) == 16 * b + operand_a_column(lane, reg, half));
        }
      }
    }
  }
}

// A lane must receive the elements that its operand wants. Each element tells its own place.
TEST(ldmatrix_brings_operands) {
  constexpr int kRows = 64;
  SharedMemory shared(2 * panel_bytes(kRows));
  for (int row = 0; row < kRows; ++row) {
    for (int column = 0; column < 128; ++column) {
      const uint16_t place = static_cast<uint16_t>(row * 128 + column);
      shared.write(tile_offset(kRows, row, column), &place, 2);
    }
  }
  const auto load = [&](auto row, auto column, bool trans, auto check) {
    uint32_t address[32], to[32][4];
    for (int lane = 0; lane < 32; ++lane)
      address[lane] = tile_offset(kRows, row(lane), column(lane));
    model_ldmatrix(shared, address, trans, to);
    for (int lane = 0; lane < 32; ++lane)
      for (int reg = 0; reg < 4; ++reg)
        for (int half = 0; half < 2; ++half)
          check(lane, reg, half, to[lane][reg] >> 16 * half & 0xffff);
  };
  const int first = 16, column = 80;  // of some tile of 16 x 16
  const auto down_row = [&](int lane) { return first + ldmatrix_down_row(lane); };
  const auto down_column = [&](int lane) { return column + ldmatrix_down_column(lane); };
  load(down_row, down_column, false, [&](int lane, int reg, int half, uint32_t place) {
    const int row = first + operand_a_row(lane, reg);
    CHECK(place == row * 128u + column + operand_a_column(lane, reg, half));
  });
  // Values: k down the rows, the columns of B along them.
  load(down_row, down_column, true, [&](int lane, int reg, int half, uint32_t place) {
    const int row = first + operand_b_k(lane, reg % 2, half);
    CHECK(place == row * 128u + column + 8 * (reg / 2) + operand_b_column(lane));
  });
  // Keys: the columns of B down the rows, k along them.
  const auto right_row = [&](int lane) { return first + ldmatrix_right_row(lane); };
  const auto right_column = [&](int lane) { return column + ldmatrix_right_column(lane); };
  load(right_row, right_column, false, [&](int lane, int reg, int half, uint32_t place) {
    const int row = first + 8 * (reg / 2) + operand_b_column(lane);
    CHECK(place == row * 128u + column + operand_b_k(lane, reg % 2, half));
  });
}

TEST(tiles_in_shared_memory_overlap_nowhere) {
  for (const int rows : {64, 128}) {
    Coverage coverage(2 * panel_bytes(rows));
    for (int row = 0; row < rows; ++row)
      for (int column = 0; column < 128; ++column)
        coverage.visit(tile_offset(rows, row, column), 2);
    CHECK_THAT(coverage.once(), rows << " rows");
  }
}

TEST(the_swizzle_is_the_hardwares) {
  for (uint32_t offset = 0; offset < 4 * kSwizzleAlignment; ++offset)
    CHECK(swizzle_128b(offset) == swizzled(offset));
}

// Eight lanes move 128 bytes at once if no two of them want the same 16-byte column of the banks.
template <typename Address>
void check_banks(const char* what, const Address& address) {
  for (int lane = 0; lane < 32; lane += 8) {
    std::set<uint32_t> columns;
    for (int i = 0; i < 8; ++i) columns.insert(address(lane + i) / 16 % 8);
    CHECK_THAT(columns.size() == 8, what << " lanes " << lane << " on");
  }
}

TEST(no_access_of_the_sm80_kernel_has_a_bank_conflict) {
  for (int step = 0; step < 8; ++step) {
    check_banks("down", [&](int lane) {
      return tile_offset(64, ldmatrix_down_row(lane), 16 * step + ldmatrix_down_column(lane));
    });
    check_banks("right", [&](int lane) {
      return tile_offset(64, ldmatrix_right_row(lane), 16 * step + ldmatrix_right_column(lane));
    });
  }
  for (const int head : {64, 128}) {
    for (int warp = 0; warp < kSm80Warps; ++warp) {
      for (int i = 0; i < chunks_per_thread(head); ++i) {
        check_banks("copy", [&](int lane) {
          const Chunk chunk = chunk_of(head, 32 * warp + lane, i);
          return tile_offset(kSm80Keys, chunk.row, chunk.column);
        });
      }
    }
  }
}

TEST(threads_of_the_sm80_kernel_copy_every_chunk_once) {
  for (const int head : {64, 128}) {
    Coverage coverage(kSm80Keys * head);
    for (int thread = 0; thread < kSm80Threads; ++thread) {
      for (int i = 0; i < chunks_per_thread(head); ++i) {
        const Chunk chunk = chunk_of(head, thread, i);
        coverage.visit(chunk.row * head + chunk.column, 8);
      }
    }
    CHECK_THAT(coverage.once(), "head size " << head);
  }
}

// TMA writes a tile in two boxes; each product's descriptor must find its elements there.
TEST(descriptors_find_what_tma_wrote) {
  constexpr int kRows = 128, kColumns = 128;
  constexpr uint32_t kTile = 5 * 1024;
  std::vector<uint16_t> tensor(kRows * kColumns);
  for (size_t i = 0; i < tensor.size(); ++i) tensor[i] = static_cast<uint16_t>(i);
  TensorMapModel map = {tensor.data(), {kColumns, kRows, 1}, {kColumns * 2, 0}, {64, kRows, 1}};
  SharedMemory shared(kTile + kSm90TileBytes);
  model_copy_box(shared, kTile, map, 0, 0, 0);
  model_copy_box(shared, kTile + panel_bytes(kRows), map, kPanelColumns, 0, 0);
  for (int step = 0; step < 8; ++step) {
    const WgmmaOperand values{across_rows_descriptor(kTile, kRows, step), false};
    for (const int first : {0, 64}) {
      const WgmmaOperand rows{along_row_descriptor(kTile, kRows, first, step), true};
      for (int row = 0; row < kRows - first; ++row)
        for (int k = 0; k < 16; ++k)
          CHECK(shared.read(rows.address(row, k)) == (first + row) * kColumns + 16 * step + k);
    }
    for (int column = 0; column < kColumns; ++column)
      for (int k = 0; k < 16; ++k)
        CHECK(shared.read(values.address(column, k)) == (16 * step + k) * kColumns + column);
  }
}

TEST(descriptors_of_all_buffers_stay_in_their_fields) {
  // The runtime keeps the first kilobyte; the last tile's last step has the largest address.
  const uint32_t tile = 1024 + Sm90Shared::v(kSm90Stages - 1);
  for (int step = 0; step < 8; ++step) {
    const WgmmaOperand operand{across_rows_descriptor(tile, kSm90Keys, step), false};
    CHECK(operand.field(0, 14) * 16 == tile + step * 16 * kPanelRowBytes);
    CHECK(operand.field(14, 2) == 0);
    CHECK(operand.field(16, 14) * 16 == panel_bytes(kSm90Keys));
    CHECK(operand.field(32, 14) * 16 == 1024);
    CHECK(operand.field(62, 2) == 1);
  }
}

// After two stages of exchange a lane must hold four words of one block of eight columns.
TEST(the_transpose_gathers_eight_columns) {
  for (int i = 0; i < 4; ++i) {
    uint32_t words[4][4];  // of a quad's lanes; a word tells the first column of its pair
    for (int lane = 0; lane < 4; ++lane)
      for (int w = 0; w < 4; ++w) words[lane][w] = accumulator_column(lane, 4 * (4 * i + w));
    for (int step = 1; step <= 2; ++step) {
      for (int pair = 0; pair < 2; ++pair) {
        const int low = transpose_low(step, pair), high = low + step;
        uint32_t sent[4];
        for (int lane = 0; lane < 4; ++lane)
          sent[lane] = transpose_sent(words[lane][low], words[lane][high], lane, step);
        for (int lane = 0; lane < 4; ++lane)
          transpose_place(words[lane][low], words[lane][high], sent[lane ^ step], lane, step);
      }
    }
    for (int lane = 0; lane < 4; ++lane)
      for (int w = 0; w < 4; ++w)
        CHECK(words[lane][w] == static_cast<uint32_t>(stored_column(lane, i) + 2 * w));
  }
}

}  // namespace
}  // namespace reflectionflow::kernels
