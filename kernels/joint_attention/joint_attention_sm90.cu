// Joint attention for Hopper: 128 queries and all their keys in one tile, warps with one task each.
//
// Three warpgroups. The producer, one thread of it, keeps TMA busy: the tile's queries, then keys
// and values in tiles of 128, each in two buffers with a barrier that says "full" and one that says
// "empty". Two consumers own 64 queries each. A consumer computes logits of 64 x 128 with wgmma
// from shared memory, softens them in registers, and feeds the weights, still in registers (the
// first product's accumulators have the layout of the second's operand A), to the product with the
// values. Blocks are persistent: one for each multiprocessor, which takes every gridDim-th tile,
// and whose producer fetches the next tile's operands while the consumers store.
//
// What bounds it, for one tile of keys and one consumer, in cycles of a multiprocessor, each of
// whose four parts runs one of the consumer's warps (tensor cores 4096 FLOP a cycle in bfloat16, 16
// exponentials, 128 float32 lanes, half as many for maxima and conversions, 128 bytes of shared
// memory):
//   logits   2 * 64 * 128 * 128 FLOP                           512  tensor cores
//   values   the same                                          512  tensor cores
//   softmax  64 * 128 maxima, before anything else             128  issue
//            exchanges between lanes                        some 60  latency
//            64 * 128 exponentials                             512  special functions;
//            scaling and summing hide beneath them            (128)  issue
//   after    64 * 128 sums to shrink, half as many conversions 128  issue
//   operands logits: 16 KB of queries, 32 KB of keys; values 32 KB  640  shared memory
// A consumer alone would do 1024 cycles of products and, with nothing beneath them, 830 of the
// rest: 55 % of the tensor cores' rate. Hence two overlaps:
// - between consumers: they take turns (named barriers) at issuing the products of a step, so that
//   one softens while the other multiplies. A step of both is 2048 cycles of products over 1024 of
//   exponentials and 1280 of shared memory: the tensor cores bound it, at 100 % in the ideal.
// - within a consumer: logits of tile n + 1 are issued before the values of tile n, so that its own
//   softmax runs beneath its own second product too. What depends on itself from turn to turn is
//   then 512 + 700 + 128 = 1340 cycles out of 2048: a third is to spare for what this leaves out.
// What keeps the ideal away:
// - per tile of queries the tensor cores wait for the first softmax, for the stores and for the
//   first keys after them: some 2500 cycles beside 36 * 2048 at 4608 keys, 3 %;
// - the last wave: the 864 tiles of 24 heads at 4608 tokens are 6.5 waves on 132 multiprocessors
//   and take 7: 93.5 %. At 5632 tokens they are exactly 8;
// - the second-level cache: 64 KB of keys and values in a step are 32 bytes a cycle for each
//   multiprocessor, 7 TB/s for the card at full rate, which is likely more than it gives. A cluster
//   of two blocks that share tiles by multicast would halve it: the next thing to try where this
//   shows;
// - power: on random data the clock falls under load.
// 90 % of 989 TFLOP/s is thus the ceiling at 4608 tokens without the last two; with them 70 % is a
// guess, and no card has been asked yet.
//
// Registers: 64 logits, 64 sums and 32 pairs of weights fit, with addresses, 184 of the 240 that
// consumers get when the producer keeps 24. Tiles of 176 keys, for which there is shared memory,
// would need 196 before addresses, and 512 text tokens are not a multiple of them.
#include "common/cuda_launch.cuh"
#include "common/ptx_sm80.cuh"
#include "common/shared_memory.cuh"
#include "joint_attention/attention_output.cuh"
#include "joint_attention/joint_attention_kernels.h"
#include "joint_attention/ptx_sm90.cuh"
#include "joint_attention/sm90_schedule.h"
#include "joint_attention/tensor_map.cuh"

namespace reflectionflow::kernels {
namespace {

constexpr const char* kOp = "joint_attention";

// One tensor map for each group and operand: a box never reaches into another group.
struct Sm90Parameters {
  CUtensorMap q[kMaxRowGroups], k[kMaxRowGroups], v[kMaxRowGroups];
  AttentionShape shape;
  AttentionOutput out[kMaxRowGroups];
  int tiles;  // of all planes
  bool aligned;
};

#if !defined(__CUDA_ARCH__) || defined(__CUDA_ARCH_FEAT_SM90_ALL)

// The turn of consumer c is named barrier 1 + c: it waits there, and the other arrives.
constexpr int kTurn = 1;

// TMA, by one thread.
struct Producer {
  const Sm90Parameters& op;
  uint32_t shared;

  __device__ __forceinline__ void wait(uint32_t barrier, uint32_t parity) {
    wait_barrier(shared + barrier, parity);
  }

  // A tile of 128 rows: two boxes, each a panel.
  __device__ __forceinline__ void copy(Sm90Operand operand, uint32_t to, uint32_t full, int group,
                                       int row, int plane) {
    const CUtensorMap* map = operand == Sm90Operand::kQ   ? &op.q[group]
                             : operand == Sm90Operand::kK ? &op.k[group]
                                                          : &op.v[group];
    arrive_expecting(shared + full, kSm90TileBytes);
    copy_box(shared + to, map, shared + full, 0, row, plane);
    copy_box(shared + to + panel_bytes(kSm90Keys), map, shared + full, kPanelColumns, row, plane);
  }
};

// One thread's part of a warpgroup's 64 queries.
template <typename T>
struct Consumer {
  const Sm90Parameters& op;
  uint32_t shared;
  int consumer;
  float logits[64], sums[64], shrink[2];
  uint32_t weights[8][4];
  RunningRows rows;

  __device__ __forceinline__ void wait(uint32_t barrier, uint32_t parity) {
    wait_barrier(shared + barrier, parity);
  }
  // Each warp for itself, since it has waited for its own products only.
  __device__ __forceinline__ void release(uint32_t empty) {
    if (threadIdx.x % 32 == 0) arrive(shared + empty);
  }
  __device__ __forceinline__ void take_turn(int whose) { sync_named(kTurn + whose); }
  __device__ __forceinline__ void give_turn(int whose) { arrive_named(kTurn + whose); }

  __device__ __forceinline__ void begin_tile() {
#pragma unroll
    for (int i = 0; i < 64; ++i) sums[i] = 0;
    rows = RunningRows();
  }

  __device__ __forceinline__ void issue_logits(uint32_t k) {
    fence_products();
#pragma unroll
    for (int step = 0; step < kSm90Head / 16; ++step)
      multiply_rows<T>(
          logits, along_row_descriptor(shared + Sm90Shared::kQ, kSm90Queries, 64 * consumer, step),
          along_row_descriptor(shared + k, kSm90Keys, 0, step), step > 0);
    commit_products();
  }
  __device__ __forceinline__ void issue_values(uint32_t v) {
    fence_products();
#pragma unroll
    for (int step = 0; step < kSm90Keys / 16; ++step)
      multiply_weights<T>(sums, weights[step], across_rows_descriptor(shared + v, kSm90Keys, step));
    commit_products();
  }
  __device__ __forceinline__ void wait_for_all_logits() { wait_products<0>(logits); }
  __device__ __forceinline__ void wait_for_logits_before_values() { wait_products<1>(logits); }
  __device__ __forceinline__ void wait_for_values() { wait_products<0>(sums, weights, logits); }

  __device__ __forceinline__ void soften(const TileOfKeys& keys) {
    if (keys.keys < kSm90Keys) mask_tail(logits, threadIdx.x % 32, keys.keys);
    float largest[2];
    find_largest(logits, largest);
    largest[0] = quad_max(largest[0]);
    largest[1] = quad_max(largest[1]);
    take_weights(logits, largest, op.shape.scale, keys.bias, rows, shrink);
  }
  __device__ __forceinline__ void shrink_sums() { shrink_rows(sums, shrink); }
  __device__ __forceinline__ void pack_weights() {
#pragma unroll
    for (int b = 0; b < kSm90Keys / 16; ++b) pack_operand_a<T>(logits, b, weights[b]);
  }

  __device__ __forceinline__ void store(const TileOfQueries& tile) {
    const int first = 64 * consumer + 16 * (threadIdx.x / 32 % 4);
    store_rows<T>(sums, rows, op.shape, tile, first, op.out[tile.group], op.aligned);
  }
};

__device__ __forceinline__ void init_barriers(uint32_t shared) {
  init_barrier(shared + Sm90Shared::q_full(), 1);
  init_barrier(shared + Sm90Shared::q_empty(), kSm90ConsumerWarps);
  for (int stage = 0; stage < kSm90Stages; ++stage) {
    init_barrier(shared + Sm90Shared::k_full(stage), 1);
    init_barrier(shared + Sm90Shared::k_empty(stage), kSm90ConsumerWarps);
    init_barrier(shared + Sm90Shared::v_full(stage), 1);
    init_barrier(shared + Sm90Shared::v_empty(stage), kSm90ConsumerWarps);
  }
  publish_barriers();
}

#endif

template <typename T>
__global__ void __launch_bounds__(kSm90Threads, 1)
    joint_attention_sm90_kernel(const __grid_constant__ Sm90Parameters op) {
#if defined(__CUDA_ARCH_FEAT_SM90_ALL)
  const uint32_t shared = shared_address(dynamic_shared<uint8_t>());
  if (threadIdx.x == 0) {
    if (shared % kSwizzleAlignment != 0) __trap();
    init_barriers(shared);
  }
  __syncthreads();
  const Sm90Share share = {static_cast<int>(blockIdx.x), static_cast<int>(gridDim.x), op.tiles};
  // The same in all lanes: the shuffle tells the compiler.
  const int warpgroup = __shfl_sync(0xffffffffu, static_cast<int>(threadIdx.x) / kWarpgroup, 0);
  if (warpgroup == 0) {
    give_registers<kSm90ProducerRegisters>();
    Producer producer{op, shared};
    if (threadIdx.x == 0) produce(producer, op.shape, share);
  } else {
    take_registers<kSm90ConsumerRegisters>();
    Consumer<T> consumer{op, shared, warpgroup - 1};
    consume(consumer, op.shape, warpgroup - 1, share);
  }
#else
  __trap();  // code for other cards is never launched: see CudaCard
#endif
}

}  // namespace

int joint_attention_sm90_code() {
  cudaFuncAttributes attributes = {};
  require_cuda(kOp, cudaFuncGetAttributes(&attributes, joint_attention_sm90_kernel<BFloat16>));
  // Made from PTX for compute_80 it is a binary for 9.0 all the same.
  return std::min(attributes.binaryVersion, attributes.ptxVersion);
}

void joint_attention_sm90(const JointAttention& op, const JointAttentionLaunch& plan,
                          Stream stream) {
  Sm90Parameters parameters = {};
  parameters.shape = attention_shape(op);
  parameters.tiles = static_cast<int>(plan.tiles);
  parameters.aligned = plan.vector > 1;
  for (int g = 0; g < op.groups; ++g) {
    if (op.group_tokens[g] == 0) continue;
    const auto encode = [&](const void* data, int rows) {
      return encode_tensor_map(kOp, tensor_box(parameters.shape, g, rows), op.dtype, data);
    };
    parameters.q[g] = encode(op.q, kSm90Queries);
    parameters.k[g] = encode(op.k, kSm90Keys);
    parameters.v[g] = encode(op.v, kSm90Keys);
    parameters.out[g] = attention_output(op, g);
  }
  const auto kernel = op.dtype == DType::kBFloat16 ? joint_attention_sm90_kernel<BFloat16>
                                                   : joint_attention_sm90_kernel<Float16>;
  launch(kOp, plan, stream, kernel, parameters);
}

}  // namespace reflectionflow::kernels
