// Where tensor cores keep and look for matrix elements: registers of mma and wgmma, swizzled tiles
// in shared memory, the descriptors of wgmma. Pure functions, which tests prove on the host.
#pragma once

#include <cstdint>

#include "common/host_device.h"

namespace reflectionflow::kernels {

// --- Registers -----------------------------------------------------------------------------------
//
// PTX ISA, "matrix fragments for mma.m16n8k16" and "register fragments for wgmma m64nNk16". A warp
// owns 16 rows, both in mma (the whole of m16) and in wgmma (warp w of the warpgroup: rows 16 w to
// 16 w + 15 of m64). Within them all fragments have one pattern: lane l holds row l / 4 and the row
// 8 below it, and two neighbouring columns out of each 8, at 2 (l % 4).

// Float32 accumulators of an n-column product: registers i in [0, n / 2) of a lane.
HOST_DEVICE constexpr int accumulator_row(int lane, int i) { return lane / 4 + 8 * (i / 2 % 2); }
HOST_DEVICE constexpr int accumulator_column(int lane, int i) {
  return 8 * (i / 4) + 2 * (lane % 4) + i % 2;
}

// Operand A, 16 rows x 16 columns: four registers of two 16-bit elements, `half` 0 the lower.
HOST_DEVICE constexpr int operand_a_row(int lane, int reg) { return lane / 4 + 8 * (reg % 2); }
HOST_DEVICE constexpr int operand_a_column(int lane, int reg, int half) {
  return 8 * (reg / 2) + 2 * (lane % 4) + half;
}

// Operand B, 16 (k) x 8 columns: two registers of two 16-bit elements along k.
HOST_DEVICE constexpr int operand_b_k(int lane, int reg, int half) {
  return 8 * reg + 2 * (lane % 4) + half;
}
HOST_DEVICE constexpr int operand_b_column(int lane) { return lane / 4; }

// The identity that keeps the softmax's weights in registers: what a lane holds of the first
// product's accumulators for keys 16 b to 16 b + 15 is what the second product's operand A wants
// from it. Half `half` of register `reg` of that operand is accumulator
HOST_DEVICE constexpr int accumulator_for_operand_a(int b, int reg, int half) {
  return 8 * b + 2 * reg + half;
}

// ldmatrix.x4: lane l gives the address of row l % 8 of the 8 x 8 matrix l / 8, and register r of
// every lane receives from matrix r. Operand A wants its matrices in the order of its registers
// (down, then right). So does a pair of operands B, out of values with keys for rows, through
// ldmatrix.trans: registers 0 and 1 are the left eight columns', 2 and 3 the right eight's.
HOST_DEVICE constexpr int ldmatrix_down_row(int lane) { return lane % 8 + 8 * (lane / 8 % 2); }
HOST_DEVICE constexpr int ldmatrix_down_column(int lane) { return 8 * (lane / 16); }
// A pair of operands B out of keys, whose rows are B's columns, wants right, then down: registers 0
// and 1 are the upper eight keys', 2 and 3 the lower eight's.
HOST_DEVICE constexpr int ldmatrix_right_row(int lane) { return lane % 8 + 8 * (lane / 16); }
HOST_DEVICE constexpr int ldmatrix_right_column(int lane) { return 8 * (lane / 8 % 2); }

// --- Shared memory -------------------------------------------------------------------------------
//
// A tile of rows x columns 16-bit elements lies as panels of 64 columns, a row of a panel in 128
// bytes. The 128-byte swizzle exchanges the eight 16-byte chunks of a row, chunk c of row r lying
// at c ^ (r % 8): eight rows of one chunk, which ldmatrix and wgmma read at once, then take all 32
// banks. TMA writes that swizzle (CU_TENSOR_MAP_SWIZZLE_128B), wgmma reads it, and the sm_80
// kernel, which computes addresses itself, uses the same. Tiles start at multiples of 1024 bytes,
// since the hardware swizzles by address bits: bits 4 to 6 are XORed with bits 7 to 9.

constexpr int kPanelColumns = 64;
constexpr int kPanelRowBytes = 128;
constexpr int kSwizzleAlignment = 1024;

HOST_DEVICE constexpr uint32_t swizzle_128b(uint32_t offset) {
  return offset ^ ((offset >> 3) & 0x70);
}

HOST_DEVICE constexpr uint32_t panel_bytes(int rows) { return rows * kPanelRowBytes; }

// Bytes from the tile's start to an element.
HOST_DEVICE constexpr uint32_t tile_offset(int rows, int row, int column) {
  return swizzle_128b(column / kPanelColumns * panel_bytes(rows) + row * kPanelRowBytes +
                      column % kPanelColumns * 2);
}

// --- Descriptors of wgmma ------------------------------------------------------------------------
//
// PTX ISA, "matrix descriptor format". Addresses and offsets count 16 bytes.
//   bits  0 - 13  start address in shared memory
//   bits 16 - 29  leading dimension byte offset
//   bits 32 - 45  stride dimension byte offset
//   bits 49 - 51  base offset: 0, since every 8-row pattern starts at a multiple of 1024 bytes
//   bits 62 - 63  swizzle: 0 none, 1 128 bytes, 2 64 bytes, 3 32 bytes
// The addresses that a descriptor describes are those before the swizzle, which the hardware
// applies. A tile lies below 2^18, so that adding to the start address carries into no other field:
// the functions below add what differs from step to step to what does not.
HOST_DEVICE constexpr uint64_t matrix_descriptor(uint32_t address, uint32_t leading_bytes,
                                                 uint32_t stride_bytes) {
  return static_cast<uint64_t>((address & 0x3ffff) >> 4) |
         static_cast<uint64_t>((leading_bytes & 0x3ffff) >> 4) << 16 |
         static_cast<uint64_t>((stride_bytes & 0x3ffff) >> 4) << 32 | 1ull << 62;
}

// Queries and keys: contiguous along k, the head's elements ("K-major"). Step `step` of 16 elements
// lies 32 bytes further within the 128 of a row, the fifth in the next panel. The stride offset
// leads from 8 rows to the next 8; the leading offset is not used, a row's 16 elements being in
// one pattern.
HOST_DEVICE constexpr uint64_t along_row_descriptor(uint32_t tile, int rows, int first_row,
                                                    int step) {
  const uint32_t further =
      step / 4 * panel_bytes(rows) + first_row * kPanelRowBytes + step % 4 * 32;
  return matrix_descriptor(tile, 16, 8 * kPanelRowBytes) + (further >> 4);
}

// Values: contiguous along n, the head's elements ("MN-major", the instruction's transpose bit
// set), k being the keys. Step `step` of 16 keys lies 16 rows further. The stride offset leads from
// 8 keys to the next 8, the leading offset from 64 columns to the next 64: the next panel.
HOST_DEVICE constexpr uint64_t across_rows_descriptor(uint32_t tile, int rows, int step) {
  const uint32_t further = step * 16 * kPanelRowBytes;
  return matrix_descriptor(tile, panel_bytes(rows), 8 * kPanelRowBytes) + (further >> 4);
}

// --- Output --------------------------------------------------------------------------------------
//
// A lane holds 2 columns out of each 8 of its rows: 4-byte stores would fill half a sector. Four
// lanes that share a row exchange words (a 4 x 4 transpose, in two stages of shuffles), after which
// lane l holds all of columns 8 (4 i + l % 4) to + 7: 16 bytes.

// In stage `step`, 1 then 2, words x[low] and x[low + step] for low in {0, 2} and {0, 1}: the word
// that a lane sends to lane ^ step,
HOST_DEVICE constexpr uint32_t transpose_sent(uint32_t low, uint32_t high, int lane, int step) {
  return lane & step ? low : high;
}
// and what becomes of the two when it has received the other's.
HOST_DEVICE void transpose_place(uint32_t& low, uint32_t& high, uint32_t received, int lane,
                                 int step) {
  low = lane & step ? received : low;
  high = lane & step ? high : received;
}
HOST_DEVICE constexpr int transpose_low(int step, int pair) { return step == 1 ? 2 * pair : pair; }

// The first of the eight columns that lane holds in words 4 i to 4 i + 3 after the transpose.
HOST_DEVICE constexpr int stored_column(int lane, int i) { return 8 * (4 * i + lane % 4); }

}  // namespace reflectionflow::kernels
