// Where tensor cores keep and look for matrix elements: registers of mma and wgmma, swizzled tiles
// in shared memory. Pure functions, which tests prove on the host.
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

// ldmatrix.x4: lane l gives the address of row l % 8 of the 8 x 8 matrix l / 8, and register r of
// every lane receives from matrix r. Operand A wants its matrices in the order of its registers
// (down, then right). So does a pair of operands B out of a tile whose rows run along k
// (attention's values), through ldmatrix.trans: registers 0 and 1 are the left eight columns', 2
// and 3 the right eight's.
HOST_DEVICE constexpr int ldmatrix_down_row(int lane) { return lane % 8 + 8 * (lane / 8 % 2); }
HOST_DEVICE constexpr int ldmatrix_down_column(int lane) { return 8 * (lane / 16); }
// A pair of operands B out of a tile whose rows are B's columns (attention's keys, a convolution's
// filters) wants right, then down: registers 0 and 1 are the upper eight rows', 2 and 3 the lower
// eight's.
HOST_DEVICE constexpr int ldmatrix_right_row(int lane) { return lane % 8 + 8 * (lane / 16); }
HOST_DEVICE constexpr int ldmatrix_right_column(int lane) { return 8 * (lane / 8 % 2); }

// --- Shared memory -------------------------------------------------------------------------------
//
// A tile of rows x columns 16-bit elements lies as panels of 64 columns, a row of a panel in 128
// bytes. The 128-byte swizzle exchanges the eight 16-byte chunks of a row, chunk c of row r lying
// at c ^ (r % 8): eight rows of one chunk, which ldmatrix and wgmma read at once, then take all 32
// banks. TMA writes that swizzle (CU_TENSOR_MAP_SWIZZLE_128B), wgmma reads it, and kernels for
// sm_80, which compute addresses themselves, use the same. Tiles start at multiples of 1024 bytes,
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

}  // namespace reflectionflow::kernels
