// One block of the Hopper kernel on the CPU: the kernel's own schedule, run by a producer, eight
// consumer warps, TMA and the warps' tensor cores as agents of their own, on modelled memory.
//
// Copies write, and products read operands and registers, at any moment between their issue and the
// wait for them: what the schedule fails to wait for shows as a wrong result, or as NaN, with which
// memory starts.
#pragma once

#include <deque>
#include <map>
#include <memory>

#include "common/hardware_model.h"
#include "joint_attention/joint_attention_cuda.h"
#include "joint_attention/simulation.h"
#include "joint_attention/sm90_schedule.h"
#include "joint_attention/warp_model.h"

namespace reflectionflow::kernels {

// What the agents of a block share.
struct Sm90Block {
  static constexpr uint32_t kBase = 1024;  // of shared memory, as the runtime places it

  explicit Sm90Block(const JointAttention& attention) : op(attention) {
    barriers[Sm90Shared::q_full()] = ModelBarrier(1);
    barriers[Sm90Shared::q_empty()] = ModelBarrier(kSm90ConsumerWarps);
    for (int stage = 0; stage < kSm90Stages; ++stage) {
      barriers[Sm90Shared::k_full(stage)] = ModelBarrier(1);
      barriers[Sm90Shared::k_empty(stage)] = ModelBarrier(kSm90ConsumerWarps);
      barriers[Sm90Shared::v_full(stage)] = ModelBarrier(1);
      barriers[Sm90Shared::v_empty(stage)] = ModelBarrier(kSm90ConsumerWarps);
    }
  }
  ModelBarrier& barrier(uint32_t offset) { return barriers.at(offset); }

  const JointAttention& op;
  const AttentionShape shape = attention_shape(op);
  SharedMemory memory{kBase + Sm90Shared::kBytes};
  std::map<uint32_t, ModelBarrier> barriers;  // by their offsets
  ModelNamedBarrier turns[kSm90Consumers] = {ModelNamedBarrier(8), ModelNamedBarrier(8)};
};

class ProducerModel {
 public:
  explicit ProducerModel(Sm90Block& block) : block_(block) {}

  void wait(uint32_t barrier, uint32_t parity) {
    warp.until([=] { return block_.barrier(barrier).ended(parity); });
  }
  void copy(Sm90Operand operand, uint32_t to, uint32_t full, int group, int row, int plane) {
    const void* data = operand == Sm90Operand::kQ   ? block_.op.q
                       : operand == Sm90Operand::kK ? block_.op.k
                                                    : block_.op.v;
    warp.then([=] {
      block_.barrier(full).arrive(kSm90TileBytes);
      ++issued_;
    });
    const int index = copies_++;
    for (int panel = 0; panel < 2; ++panel) {
      boxes.emplace_back();
      boxes.back().then_when([=] { return issued_ > index; },
                             [=] { copy_panel(data, to, full, group, row, plane, panel); });
    }
  }

  Agent warp;
  std::deque<Agent> boxes;  // each for itself, since they come in any order

 private:
  void copy_panel(const void* data, uint32_t to, uint32_t full, int group, int row, int plane,
                  int panel) {
    const TensorBox box = tensor_box(block_.shape, group, kSm90Keys);
    TensorMapModel map;
    map.tensor = static_cast<const uint16_t*>(data) + box.first;
    std::copy(box.sizes, box.sizes + 3, map.sizes);
    std::copy(box.strides, box.strides + 2, map.strides);
    std::copy(box.box, box.box + 3, map.box);
    model_copy_box(block_.memory, Sm90Block::kBase + to + panel * panel_bytes(kSm90Keys), map,
                   panel * kPanelColumns, row, plane);
    block_.barrier(full).bytes_came(kSm90TileBytes / 2);
  }

  Sm90Block& block_;
  int issued_ = 0, copies_ = 0;
};

// One warp of a consumer: rows 16 `quarter` to + 15 of its 64.
template <typename T>
class ConsumerModel {
 public:
  ConsumerModel(Sm90Block& block, int consumer, int quarter)
      : block_(block), consumer_(consumer), quarter_(quarter) {}

  void wait(uint32_t barrier, uint32_t parity) {
    warp.until([=] { return block_.barrier(barrier).ended(parity); });
  }
  void release(uint32_t empty) {
    warp.then([=] { block_.barrier(empty).arrive(); });
  }
  void take_turn(int whose) {
    warp.then([=] { round_ = block_.turns[whose].arrive(); });
    warp.until([=] { return block_.turns[whose].passed(round_); });
  }
  void give_turn(int whose) {
    warp.then([=] { block_.turns[whose].arrive(); });
  }

  void begin_tile() {
    warp.then([=] { registers_ = WarpModel<kSm90Keys, kSm90Head>(); });
  }
  void issue_logits(uint32_t k) {
    for (int step = 0; step < kSm90Head / 16; ++step) issue([=] { multiply_keys(k, step); });
    commit();
  }
  void issue_values(uint32_t v) {
    for (int step = 0; step < kSm90Keys / 16; ++step) issue([=] { multiply_values(v, step); });
    commit();
  }
  void wait_for_all_logits() { wait_for_products(groups_); }
  void wait_for_logits_before_values() { wait_for_products(groups_ - 1); }
  void wait_for_values() { wait_for_products(groups_); }

  void soften(const TileOfKeys& keys) {
    warp.then([=] { registers_.soften(block_.shape, keys); });
  }
  void shrink_sums() {
    warp.then([=] { registers_.shrink_sums(); });
  }
  void pack_weights() {
    warp.then([=] {
      for (int b = 0; b < kSm90Keys / 16; ++b)
        for (int lane = 0; lane < kLanesOfWarp; ++lane)
          pack_operand_a<T>(registers_.logits[lane], b, weights_[b][lane]);
    });
  }
  void store(const TileOfQueries& tile) {
    warp.then([=] {
      registers_.template store_rows<T>(block_.shape, tile, 64 * consumer_ + 16 * quarter_,
                                        attention_output(block_.op, tile.group));
    });
  }

  Agent warp, tensor_core;  // products of one warp are done in their order

 private:
  void issue(std::function<void()> product) {
    const int index = products_++;
    warp.then([=] { issued_ = index + 1; });
    tensor_core.then_when([=] { return issued_ > index; }, std::move(product));
  }
  void commit() {
    tensor_core.then([=] { ++done_groups_; });
    ++groups_;
  }
  void wait_for_products(int groups) {
    warp.until([=] { return done_groups_ >= groups; });
  }

  void multiply_keys(uint32_t k, int step) {
    const uint64_t queries =
        along_row_descriptor(Sm90Block::kBase + Sm90Shared::kQ, kSm90Queries, 64 * consumer_, step);
    const Matrix<64, 16> all = read_operand<T, 64>(block_.memory, {queries, true});
    Matrix<16, 16> own;
    std::copy(all.begin() + 16 * quarter_, all.begin() + 16 * quarter_ + 16, own.begin());
    const uint64_t keys = along_row_descriptor(Sm90Block::kBase + k, kSm90Keys, 0, step);
    model_wgmma(registers_.logits, own, read_operand<T, 128>(block_.memory, {keys, true}),
                step > 0);
  }
  void multiply_values(uint32_t v, int step) {
    const uint64_t values = across_rows_descriptor(Sm90Block::kBase + v, kSm90Keys, step);
    model_wgmma(registers_.sums, read_operand_a<T>(weights_[step]),
                read_operand<T, 128>(block_.memory, {values, false}), true);
  }

  Sm90Block& block_;
  int consumer_, quarter_;
  WarpModel<kSm90Keys, kSm90Head> registers_;
  uint32_t weights_[kSm90Keys / 16][kLanesOfWarp][4] = {};
  int round_ = 0;
  int products_ = 0, groups_ = 0;     // while steps are recorded
  int issued_ = 0, done_groups_ = 0;  // while they run
};

// Throws std::logic_error where the schedule deadlocks or leaves a turn over.
template <typename T>
void simulate_sm90(const JointAttention& op, const JointAttentionLaunch& plan, int index,
                   uint64_t seed) {
  const Sm90Share share = {index, static_cast<int>(plan.grid_x), static_cast<int>(plan.tiles)};
  Sm90Block block(op);
  ProducerModel producer(block);
  produce(producer, block.shape, share);
  std::vector<Agent*> agents = {&producer.warp};
  for (Agent& box : producer.boxes) agents.push_back(&box);
  std::vector<std::unique_ptr<ConsumerModel<T>>> warps;
  for (int warp = 0; warp < kSm90ConsumerWarps; ++warp) {
    warps.push_back(std::make_unique<ConsumerModel<T>>(block, warp / 4, warp % 4));
    consume(*warps.back(), block.shape, warp / 4, share);
    agents.push_back(&warps.back()->warp);
    agents.push_back(&warps.back()->tensor_core);
  }
  Simulation(seed).run(agents);
  for (const ModelNamedBarrier& turn : block.turns) {
    if (!turn.untouched()) throw std::logic_error("a turn is left over");
  }
}

}  // namespace reflectionflow::kernels
