// The sm_80 kernel's fixed sizes and its shared memory, as values that tests check.
#pragma once

#include "joint_attention/attention_tiles.h"
#include "joint_attention/matrix_layout.h"

namespace reflectionflow::kernels {

constexpr int kSm80Warps = 4;  // of 16 queries each
constexpr int kSm80Queries = 16 * kSm80Warps;
constexpr int kSm80Keys = 64;
constexpr int kSm80Threads = 32 * kSm80Warps;

// The head sizes that it is compiled for; others are padded with zeros in shared memory.
constexpr int sm80_padded_head(int64_t head_size) { return head_size <= 64 ? 64 : 128; }

// Offsets in shared memory: queries, then keys and values, each in two buffers.
struct Sm80Shared {
  int head;  // padded

  HOST_DEVICE constexpr uint32_t tile_bytes() const {
    return head / kPanelColumns * panel_bytes(kSm80Keys);
  }
  HOST_DEVICE constexpr uint32_t q() const { return 0; }
  HOST_DEVICE constexpr uint32_t k(int buffer) const { return (1 + 2 * buffer) * tile_bytes(); }
  HOST_DEVICE constexpr uint32_t v(int buffer) const { return (2 + 2 * buffer) * tile_bytes(); }
  HOST_DEVICE constexpr uint32_t bytes() const { return 5 * tile_bytes(); }
};
static_assert(kSm80Queries == kSm80Keys, "tiles of queries and keys have one size");

// A tile comes in chunks of 16 bytes, one for a thread at a time.
struct Chunk {
  int row = 0;
  int column = 0;
};
HOST_DEVICE constexpr int chunks_per_thread(int head) {
  return kSm80Keys * (head / 8) / kSm80Threads;
}
// Neighbouring threads copy neighbouring chunks of a row.
HOST_DEVICE constexpr Chunk chunk_of(int head, int thread, int i) {
  const int index = i * kSm80Threads + thread;
  return {index / (head / 8), index % (head / 8) * 8};
}

}  // namespace reflectionflow::kernels
