// What the Hopper kernel's producer and consumers do, and in which order they wait for each other.
//
// The text is that of the kernel, over a machine that does each step: registers and instructions in
// joint_attention_sm90.cu, and on the host a simulation that interleaves the steps of all warps, of
// TMA and of the tensor cores at random. No order of events may deadlock it or change a result.
//
// A machine of the producer has wait and copy; one of a consumer wait, release, take_turn,
// give_turn and the steps of attention, of which issue_* only start the tensor cores.
#pragma once

#include "joint_attention/sm90_tiles.h"

namespace reflectionflow::kernels {

enum class Sm90Operand { kQ, kK, kV };

// The tiles of block `block` of `blocks`.
struct Sm90Share {
  int block = 0, blocks = 1;
  int tiles = 0;  // of queries, in all planes
};

template <typename Machine>
HOST_DEVICE void produce(Machine& machine, const AttentionShape& shape, const Sm90Share& share) {
  Ring ring;
  uint32_t q_parity = 0;
  for (int index = share.block; index < share.tiles; index += share.blocks, q_parity ^= 1) {
    const TileOfQueries tile = query_tile(shape, index, kSm90Queries);
    machine.wait(Sm90Shared::q_empty(), q_parity ^ 1);
    machine.copy(Sm90Operand::kQ, Sm90Shared::kQ, Sm90Shared::q_full(), tile.group, tile.first,
                 tile.plane);
    const int tiles = key_tiles(shape, tile.group, kSm90Keys);
    for (int n = 0; n < tiles; ++n, ring.advance()) {
      const TileOfKeys keys = key_tile(shape, tile.group, n, kSm90Keys);
      machine.wait(Sm90Shared::k_empty(ring.stage), ring.parity ^ 1);
      machine.copy(Sm90Operand::kK, Sm90Shared::k(ring.stage), Sm90Shared::k_full(ring.stage),
                   keys.group, keys.first, tile.plane);
      machine.wait(Sm90Shared::v_empty(ring.stage), ring.parity ^ 1);
      machine.copy(Sm90Operand::kV, Sm90Shared::v(ring.stage), Sm90Shared::v_full(ring.stage),
                   keys.group, keys.first, tile.plane);
    }
  }
}

// One tile of queries against all its keys; `k` and `v` go on where the last tile left them.
template <typename Machine>
HOST_DEVICE void attend(Machine& machine, const AttentionShape& shape, const TileOfQueries& tile,
                        int consumer, Ring& k, Ring& v) {
  const int tiles = key_tiles(shape, tile.group, kSm90Keys);
  machine.wait(Sm90Shared::k_full(k.stage), k.parity);
  machine.issue_logits(Sm90Shared::k(k.stage));
  machine.wait_for_all_logits();
  machine.release(Sm90Shared::k_empty(k.stage));
  k.advance();
  machine.soften(key_tile(shape, tile.group, 0, kSm90Keys));
  machine.pack_weights();
  if (tiles > 1) machine.wait(Sm90Shared::k_full(k.stage), k.parity);

  for (int n = 1; n < tiles; ++n) {
    machine.take_turn(consumer);
    machine.issue_logits(Sm90Shared::k(k.stage));
    machine.wait(Sm90Shared::v_full(v.stage), v.parity);
    machine.issue_values(Sm90Shared::v(v.stage));
    machine.give_turn(consumer ^ 1);

    machine.wait_for_logits_before_values();
    machine.release(Sm90Shared::k_empty(k.stage));
    k.advance();
    machine.soften(key_tile(shape, tile.group, n, kSm90Keys));
    // Here, and not at the head of the loop, for ptxas: it carries arithmetic across a wait for
    // products, and with it all of the softmax to behind them, but not across this one's branch.
    if (n + 1 < tiles) machine.wait(Sm90Shared::k_full(k.stage), k.parity);

    machine.wait_for_values();
    machine.release(Sm90Shared::v_empty(v.stage));
    v.advance();
    machine.shrink_sums();
    machine.pack_weights();
  }

  machine.release(Sm90Shared::q_empty());
  machine.wait(Sm90Shared::v_full(v.stage), v.parity);
  machine.issue_values(Sm90Shared::v(v.stage));
  machine.wait_for_values();
  machine.release(Sm90Shared::v_empty(v.stage));
  v.advance();
}

template <typename Machine>
HOST_DEVICE void consume(Machine& machine, const AttentionShape& shape, int consumer,
                         const Sm90Share& share) {
  Ring k, v;
  uint32_t q_parity = 0;
  if (consumer == 1) machine.give_turn(0);  // the first turn
  for (int index = share.block; index < share.tiles; index += share.blocks, q_parity ^= 1) {
    const TileOfQueries tile = query_tile(shape, index, kSm90Queries);
    machine.begin_tile();
    machine.wait(Sm90Shared::q_full(), q_parity);
    attend(machine, shape, tile, consumer, k, v);
    machine.store(tile);
  }
  if (consumer == 0) machine.take_turn(0);  // the last one given, which would be left over
}

}  // namespace reflectionflow::kernels
