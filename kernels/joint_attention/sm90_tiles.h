// The Hopper kernel's fixed sizes, its shared memory and its pipeline, as values that tests check.
#pragma once

#include "joint_attention/attention_tiles.h"
#include "joint_attention/matrix_layout.h"

namespace reflectionflow::kernels {

constexpr int kSm90Head = 128;
constexpr int kSm90Consumers = 2;  // warpgroups of 64 queries each
constexpr int kSm90Queries = 64 * kSm90Consumers;
constexpr int kSm90Keys = 128;
constexpr int kSm90Stages = 2;
constexpr int kSm90Threads = 128 * (1 + kSm90Consumers);
constexpr int kSm90ConsumerWarps = 4 * kSm90Consumers;

// 65536 registers among 384 threads are 168 for each at the start. The producer needs few.
constexpr int kSm90ProducerRegisters = 24;
constexpr int kSm90ConsumerRegisters = 240;

// Queries, keys or values: 32 KB in two panels.
constexpr uint32_t kSm90TileBytes = 2 * panel_bytes(kSm90Keys);

// Offsets in shared memory; tiles first, for their alignment.
struct Sm90Shared {
  static constexpr uint32_t kQ = 0;
  static constexpr uint32_t kK = kQ + kSm90TileBytes;
  static constexpr uint32_t kV = kK + kSm90Stages * kSm90TileBytes;
  static constexpr uint32_t kBarriers = kV + kSm90Stages * kSm90TileBytes;
  static constexpr uint32_t kBytes = kBarriers + 8 * (2 + 4 * kSm90Stages);

  HOST_DEVICE static constexpr uint32_t k(int stage) { return kK + stage * kSm90TileBytes; }
  HOST_DEVICE static constexpr uint32_t v(int stage) { return kV + stage * kSm90TileBytes; }
  // Full: TMA has brought it. Empty: all consumers have done with it.
  HOST_DEVICE static constexpr uint32_t q_full() { return kBarriers; }
  HOST_DEVICE static constexpr uint32_t q_empty() { return kBarriers + 8; }
  HOST_DEVICE static constexpr uint32_t k_full(int stage) { return kBarriers + 16 + 32 * stage; }
  HOST_DEVICE static constexpr uint32_t k_empty(int stage) { return k_full(stage) + 8; }
  HOST_DEVICE static constexpr uint32_t v_full(int stage) { return k_full(stage) + 16; }
  HOST_DEVICE static constexpr uint32_t v_empty(int stage) { return k_full(stage) + 24; }
};

// Which buffer is next, and the parity of its barrier's phase. The consumer waits for `parity` of
// the full barrier, the producer for the other parity of the empty one, which a fresh barrier
// grants.
struct Ring {
  int stage = 0;
  uint32_t parity = 0;

  HOST_DEVICE void advance() {
    if (++stage == kSm90Stages) {
      stage = 0;
      parity ^= 1;
    }
  }
};

// What a tensor map says of one group's queries, keys or values: elements (column, row, plane). A
// box is one panel of a tile, its 64 columns being the 128 bytes that the swizzle allows. Rows
// beyond the group are outside the tensor, though not outside memory, and come as zeros.
struct TensorBox {
  int64_t first = 0;         // elements from the operand's start to the group's first row
  uint64_t sizes[3] = {};    // columns, rows, planes
  uint64_t strides[2] = {};  // bytes between rows, between planes
  uint32_t box[3] = {};
};

HOST_DEVICE TensorBox tensor_box(const AttentionShape& shape, int group, int rows) {
  TensorBox plan;
  const uint64_t row_bytes = 2 * static_cast<uint64_t>(shape.head_size);
  plan.first = static_cast<int64_t>(start_of(shape, group)) * shape.head_size;
  plan.sizes[0] = shape.head_size;
  plan.sizes[1] = shape.tokens[group];
  plan.sizes[2] = shape.planes;
  plan.strides[0] = row_bytes;
  plan.strides[1] = row_bytes * shape.sequence;
  plan.box[0] = kPanelColumns;
  plan.box[1] = rows;
  plan.box[2] = 1;
  return plan;
}

}  // namespace reflectionflow::kernels
