// Joint attention's launches: the right kernel, every query and every visible key once, within the
// limits of the cards.
#include <cmath>

#include "common/launch_checks.h"
#include "joint_attention/joint_attention_cuda.h"

namespace reflectionflow::kernels {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr CudaCard kA100{80, 108, 0}, kH100{90, 132, 90};

alignas(16) char memory[64];

JointAttention describe(std::vector<int64_t> tokens, int64_t head_size = 128, int64_t batch = 1,
                        int64_t heads = 24) {
  JointAttention op;
  op.dtype = DType::kBFloat16;
  op.batch = batch;
  op.heads = heads;
  op.head_size = head_size;
  op.scale = 0.1f;
  op.q = op.k = op.v = memory;
  op.groups = static_cast<int>(tokens.size());
  for (int g = 0; g < op.groups; ++g) {
    op.group_tokens[g] = tokens[g];
    op.out[g] = {memory, tokens[g] * heads * head_size, heads * head_size};
  }
  return op;
}

JointAttentionLaunch launch_on(const JointAttention& op, CudaCard card) {
  return joint_attention_launch(op, joint_attention_kernel(op, card), card);
}

TEST(each_card_gets_its_fastest_kernel) {
  const auto fastest = [](int capability, DType dtype, int64_t head_size) {
    return fastest_joint_attention_kernel({capability, 132, 90}, dtype, head_size);
  };
  for (const DType dtype : {DType::kBFloat16, DType::kFloat16}) {
    CHECK(fastest(90, dtype, 128) == JointAttentionKernel::kSm90);
    CHECK(fastest(90, dtype, 64) == JointAttentionKernel::kSm80);
    CHECK(fastest(90, dtype, 120) == JointAttentionKernel::kSm80);
    for (const int capability : {80, 86, 89, 100, 120})
      CHECK_THAT(fastest(capability, dtype, 128) == JointAttentionKernel::kSm80, capability);
    CHECK(fastest(75, dtype, 128) == JointAttentionKernel::kPlain);
  }
  CHECK(fastest(90, DType::kFloat32, 128) == JointAttentionKernel::kPlain);
}

// As CUDA_FORCE_PTX_JIT has it, or a build without code for sm_90a.
TEST(a_hopper_without_its_machine_code_is_an_ampere) {
  for (const int code : {0, 80, 89}) {
    const CudaCard card{90, 132, code};
    CHECK_THAT(launch_on(describe({512, 4096}), card).kernel == JointAttentionKernel::kSm80, code);
    CHECK(fastest_joint_attention_kernel(card, DType::kFloat16, 128) ==
          JointAttentionKernel::kSm80);
  }
}

TEST(what_tensor_cores_do_not_take_goes_to_the_plain_kernel) {
  const JointAttention op = describe({512, 4096});
  CHECK(joint_attention_kernel(op, kH100) == JointAttentionKernel::kSm90);
  JointAttention odd = op;
  odd.k = memory + 2;
  CHECK(joint_attention_kernel(odd, kH100) == JointAttentionKernel::kPlain);
  odd = op;
  odd.scale = -1;
  CHECK(joint_attention_kernel(odd, kH100) == JointAttentionKernel::kPlain);
  odd.scale = 0;
  CHECK(joint_attention_kernel(odd, kA100) == JointAttentionKernel::kPlain);
  CHECK(joint_attention_kernel(describe({1 << 20}, 128, 1 << 14, 24), kH100) ==
        JointAttentionKernel::kPlain);
}

TEST(every_query_is_in_one_tile) {
  for (const std::vector<int64_t>& tokens : std::vector<std::vector<int64_t>>{
           {1}, {64}, {65, 127}, {128, 129, 1}, {9, 0, 700}, {0, 5}, {512, 4096, 1024}}) {
    const JointAttention op = describe(tokens, 128, 1, 2);
    const AttentionShape shape = attention_shape(op);
    for (const int tile_rows : {kSm80Queries, kSm90Queries}) {
      Coverage coverage(2 * shape.sequence);
      for (int index = 0; index < 2 * query_tiles(shape, tile_rows); ++index) {
        const TileOfQueries tile = query_tile(shape, index, tile_rows);
        CHECK(tile.rows >= 1 && tile.rows <= tile_rows);
        CHECK(tile.first + tile.rows <= shape.tokens[tile.group]);
        coverage.visit(tile.plane * shape.sequence + start_of(shape, tile.group) + tile.first,
                       tile.rows);
      }
      CHECK_THAT(coverage.once(), tokens.size() << " groups, tiles of " << tile_rows);
    }
  }
}

// What a group does not see is in no tile: its keys are never read.
TEST(every_visible_key_is_in_one_tile) {
  JointAttention op = describe({130, 0, 65});
  op.bias[0][2] = -kInfinity;
  op.bias[2][0] = 0.5f;
  const AttentionShape shape = attention_shape(op);
  for (const int tile_keys : {kSm80Keys, kSm90Keys}) {
    for (const int group : {0, 2}) {
      Coverage coverage(shape.sequence);
      for (int n = 0; n < key_tiles(shape, group, tile_keys); ++n) {
        const TileOfKeys keys = key_tile(shape, group, n, tile_keys);
        CHECK(keys.keys >= 1 && keys.keys <= tile_keys);
        CHECK(keys.bias == shape.bias[group][keys.group]);
        coverage.visit(start_of(shape, keys.group) + keys.first, keys.keys);
      }
      if (group == 0) coverage.visit(130, 65);
      CHECK_THAT(coverage.once(), "queries of group " << group);
    }
  }
}

TEST(cards_take_the_launches) {
  for (const int64_t head_size : {16, 24, 64, 72, 120, 128}) {
    for (const DType dtype : {DType::kFloat32, DType::kBFloat16, DType::kFloat16}) {
      for (const std::vector<int64_t>& tokens :
           std::vector<std::vector<int64_t>>{{1}, {7, 33}, {512, 4096}, {512, 4096, 1024}}) {
        JointAttention op = describe(tokens, head_size);
        op.dtype = dtype;
        check_launchable(launch_on(op, kA100));
        const JointAttentionLaunch plan = launch_on(op, kH100);
        CHECK_THAT(launchable(plan, kSharedBytesSm90), plan);
        CHECK_THAT(plan.threads % kWarp == 0, plan);
      }
    }
  }
}

TEST(a_megapixel_on_an_h100) {
  const JointAttentionLaunch plan = launch_on(describe({512, 4096}), kH100);
  CHECK_THAT(plan.kernel == JointAttentionKernel::kSm90 && plan.tiles == 864 &&
                 plan.grid_x == 132 && plan.threads == 384 && plan.vector == 8 &&
                 plan.shared_bytes == 163920,
             plan);
  CHECK_THAT(launch_on(describe({512, 4096, 1024}), kH100).tiles == 8 * 132, plan);
}

// Two blocks on a multiprocessor, each with a kilobyte that the system takes.
TEST(a_megapixel_on_an_a100) {
  const JointAttentionLaunch plan = launch_on(describe({512, 4096}), kA100);
  CHECK_THAT(plan.kernel == JointAttentionKernel::kSm80 && plan.grid_x == 1728 &&
                 2 * (plan.shared_bytes + 1024) <= 164 * 1024,
             plan);
}

TEST(persistent_blocks_are_no_more_than_tiles) {
  CHECK(launch_on(describe({100}, 128, 1, 3), kH100).grid_x == 3);
}

TEST(a_plain_warp_has_one_query) {
  JointAttention op = describe({7, 33}, 40, 3, 2);
  op.dtype = DType::kFloat32;
  const JointAttentionLaunch plan = launch_on(op, kH100);
  CHECK_THAT(plan.tiles == 240 && plan.grid_x == 30 && plan.threads == 256, plan);
}

TEST(stores_are_wide_where_rows_are_aligned) {
  JointAttention op = describe({7, 33});
  CHECK(launch_on(op, kH100).vector == 8);
  op.out[1].row_stride += 4;
  CHECK(launch_on(op, kH100).vector == 1);
  op = describe({7, 33});
  op.out[0].data = memory + 8;
  CHECK(launch_on(op, kH100).vector == 1);
  op = describe({0, 33});
  op.out[0] = {nullptr, 3, 3};  // nobody writes there
  CHECK(launch_on(op, kH100).vector == 8);
}

// What TMA asks of a tensor map, and a tile of shared memory of the swizzle.
TEST(tensor_maps_are_what_the_driver_takes) {
  const AttentionShape shape = attention_shape(describe({7, 500, 33}));
  for (int group = 0; group < 3; ++group) {
    const TensorBox box = tensor_box(shape, group, kSm90Keys);
    CHECK(box.box[0] * 2 == kPanelRowBytes && box.box[1] <= 256 && box.box[2] == 1);
    CHECK(box.box[0] * box.box[1] * 2 * 2 == kSm90TileBytes);
    CHECK(box.first * 2 % 16 == 0);
    for (const uint64_t stride : box.strides) CHECK(stride % 16 == 0 && stride < 1ull << 40);
    CHECK(box.strides[1] == 540u * 256);
    CHECK(box.sizes[1] == static_cast<uint64_t>(shape.tokens[group]));
    CHECK(box.first == start_of(shape, group) * 128);
  }
}

TEST(shared_memory_of_the_hopper_kernel_holds_everything_once) {
  Coverage coverage(Sm90Shared::kBytes);
  const auto tile = [&](uint32_t offset) {
    CHECK(offset % kSwizzleAlignment == 0);
    coverage.visit(offset, kSm90TileBytes);
  };
  tile(Sm90Shared::kQ);
  for (const uint32_t barrier : {Sm90Shared::q_full(), Sm90Shared::q_empty()})
    coverage.visit(barrier, 8);
  for (int stage = 0; stage < kSm90Stages; ++stage) {
    tile(Sm90Shared::k(stage));
    tile(Sm90Shared::v(stage));
    for (const uint32_t barrier : {Sm90Shared::k_full(stage), Sm90Shared::k_empty(stage),
                                   Sm90Shared::v_full(stage), Sm90Shared::v_empty(stage)})
      coverage.visit(barrier, 8);
  }
  CHECK(coverage.once());
}

TEST(registers_of_the_hopper_kernel_are_there) {
  CHECK(128 * (kSm90ProducerRegisters + kSm90Consumers * kSm90ConsumerRegisters) <= 65536);
  CHECK(kSm90ProducerRegisters % 8 == 0 && kSm90ConsumerRegisters % 8 == 0);
}

TEST(buffers_of_the_sm80_kernel_do_not_overlap) {
  for (const int head : {64, 128}) {
    const Sm80Shared shared{head};
    Coverage coverage(shared.bytes());
    for (const uint32_t tile : {shared.q(), shared.k(0), shared.v(0), shared.k(1), shared.v(1)}) {
      CHECK(tile % kSwizzleAlignment == 0);
      coverage.visit(tile, shared.tile_bytes());
    }
    CHECK(coverage.once());
  }
}

}  // namespace
}  // namespace reflectionflow::kernels
