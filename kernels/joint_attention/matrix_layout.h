// What attention asks of tensor cores besides common/matrix_tiles.h: weights that stay in
// registers, the descriptors of wgmma, whole vectors of the output. Pure functions, which tests
// prove on the host.
#pragma once

#include "common/matrix_tiles.h"

namespace reflectionflow::kernels {

// The identity that keeps the softmax's weights in registers: what a lane holds of the first
// product's accumulators for keys 16 b to 16 b + 15 is what the second product's operand A wants
// from it. Half `half` of register `reg` of that operand is accumulator
HOST_DEVICE constexpr int accumulator_for_operand_a(int b, int reg, int half) {
  return 8 * b + 2 * reg + half;
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
