// Joint attention with mma.sync, for any card from the A100 on: the readable one of the two.
//
// A block takes 64 queries, four warps with 16 each; keys and values come in tiles of 64 by
// cp.async into two buffers, the next tile on its way while this one is used. A warp keeps its
// queries, its logits, their softmax and its sums in registers: the logits' accumulators are,
// rounded, the next product's operand A. Head sizes between 16 and 128 are padded with zeros to 64
// or 128 columns.
//
// What bounds it, for one tile of keys at head size 128, in cycles of an A100's multiprocessor
// (tensor cores 2048 FLOP a cycle, 16 exponentials, shared memory 128 bytes):
//   products   2 * 2 * 64 * 64 * 128 FLOP                  1024  tensor cores
//   weights    64 * 64 exponentials                         256  special functions
//   operands   each warp loads all keys and values: 4 * 32 KB  1024  shared memory
// Products and loads of one warp hide under those of others: two blocks share a multiprocessor (80
// KB of shared memory each), so that one softens while the other multiplies. Shared memory ties
// with the tensor cores, hence no more than about half of their rate is to be expected; 32 queries
// to a warp would halve the loads and need 128 registers more. On Hopper mma.sync reaches at most
// some 60 % of what wgmma does: there joint_attention_sm90.cu is the one to use.
#include "common/cuda_launch.cuh"
#include "common/ptx_sm80.cuh"
#include "common/shared_memory.cuh"
#include "joint_attention/attention_output.cuh"
#include "joint_attention/joint_attention_kernels.h"

namespace reflectionflow::kernels {
namespace {

constexpr const char* kOp = "joint_attention";

template <typename T>
constexpr bool kBFloat16 = std::is_same_v<T, BFloat16>;

struct Sm80Parameters {
  const void *q, *k, *v;
  AttentionShape shape;
  AttentionOutput out[kMaxRowGroups];
  bool aligned;
};

// A tile's rows of one operand; what the group or the head does not have becomes zeros, since a
// weight of zero times whatever lies there might be NaN.
template <int kHead>
__device__ __forceinline__ void copy_tile(uint32_t to, const void* operand,
                                          const AttentionShape& shape, int plane, int group,
                                          int first, int rows) {
  const int64_t start =
      static_cast<int64_t>(plane) * shape.sequence + start_of(shape, group) + first;
  const uint16_t* from = static_cast<const uint16_t*>(operand) + start * shape.head_size;
#pragma unroll
  for (int i = 0; i < chunks_per_thread(kHead); ++i) {
    const Chunk chunk = chunk_of(kHead, threadIdx.x, i);
    const bool exists = chunk.row < rows && chunk.column < shape.head_size;
    const int64_t offset = static_cast<int64_t>(chunk.row) * shape.head_size + chunk.column;
    copy_16(to + tile_offset(kSm80Keys, chunk.row, chunk.column), exists ? from + offset : from,
            exists);
  }
}

// The warp's queries, for all tiles of keys.
template <int kHead>
__device__ __forceinline__ void load_queries(uint32_t (&q)[kHead / 16][4], uint32_t tile) {
  const int lane = threadIdx.x % 32, first = 16 * (threadIdx.x / 32);
#pragma unroll
  for (int step = 0; step < kHead / 16; ++step)
    load_matrices(q[step], tile + tile_offset(kSm80Queries, first + ldmatrix_down_row(lane),
                                              16 * step + ldmatrix_down_column(lane)));
}

// logits (16 x 64) = q k^T
template <typename T, int kHead>
__device__ __forceinline__ void multiply_keys(float (&logits)[kSm80Keys / 2],
                                              const uint32_t (&q)[kHead / 16][4], uint32_t tile) {
  const int lane = threadIdx.x % 32;
#pragma unroll
  for (int i = 0; i < kSm80Keys / 2; ++i) logits[i] = 0;
#pragma unroll
  for (int step = 0; step < kHead / 16; ++step) {
#pragma unroll
    for (int pair = 0; pair < kSm80Keys / 16; ++pair) {
      uint32_t k[4];
      load_matrices(k, tile + tile_offset(kSm80Keys, 16 * pair + ldmatrix_right_row(lane),
                                          16 * step + ldmatrix_right_column(lane)));
      multiply_16x8x16<kBFloat16<T>>(logits + 8 * pair, q[step], k[0], k[1]);
      multiply_16x8x16<kBFloat16<T>>(logits + 8 * pair + 4, q[step], k[2], k[3]);
    }
  }
}

// sums (16 x head) += weights v
template <typename T, int kHead>
__device__ __forceinline__ void multiply_values(float (&sums)[kHead / 2],
                                                const float (&weights)[kSm80Keys / 2],
                                                uint32_t tile) {
  const int lane = threadIdx.x % 32;
#pragma unroll
  for (int step = 0; step < kSm80Keys / 16; ++step) {
    uint32_t operand[4];
    pack_operand_a<T>(weights, step, operand);
#pragma unroll
    for (int pair = 0; pair < kHead / 16; ++pair) {
      uint32_t v[4];
      load_matrices_transposed(v, tile + tile_offset(kSm80Keys, 16 * step + ldmatrix_down_row(lane),
                                                     16 * pair + ldmatrix_down_column(lane)));
      multiply_16x8x16<kBFloat16<T>>(sums + 8 * pair, operand, v[0], v[1]);
      multiply_16x8x16<kBFloat16<T>>(sums + 8 * pair + 4, operand, v[2], v[3]);
    }
  }
}

template <typename T, int kHead>
__global__ void __launch_bounds__(kSm80Threads)
    joint_attention_sm80_kernel(const __grid_constant__ Sm80Parameters op) {
  const uint32_t base = shared_address(dynamic_shared<uint8_t>());
  constexpr Sm80Shared kShared{kHead};
  const AttentionShape& shape = op.shape;
  const TileOfQueries tile = query_tile(shape, blockIdx.x, kSm80Queries);
  const int tiles = key_tiles(shape, tile.group, kSm80Keys);
  const auto copy_keys_and_values = [&](int n) {
    const TileOfKeys keys = key_tile(shape, tile.group, n, kSm80Keys);
    copy_tile<kHead>(base + kShared.k(n % 2), op.k, shape, tile.plane, keys.group, keys.first,
                     keys.keys);
    copy_tile<kHead>(base + kShared.v(n % 2), op.v, shape, tile.plane, keys.group, keys.first,
                     keys.keys);
  };

  copy_tile<kHead>(base + kShared.q(), op.q, shape, tile.plane, tile.group, tile.first, tile.rows);
  copy_keys_and_values(0);
  commit_copies();
  uint32_t q[kHead / 16][4];
  float sums[kHead / 2] = {};
  RunningRows rows;
  for (int n = 0; n < tiles; ++n) {
    if (n + 1 < tiles) copy_keys_and_values(n + 1);
    commit_copies();  // at the end an empty group, to keep the count
    wait_copies<1>();
    __syncthreads();
    if (n == 0) load_queries<kHead>(q, base + kShared.q());

    float logits[kSm80Keys / 2], largest[2], shrink[2];
    multiply_keys<T, kHead>(logits, q, base + kShared.k(n % 2));
    const TileOfKeys keys = key_tile(shape, tile.group, n, kSm80Keys);
    if (keys.keys < kSm80Keys) mask_tail(logits, threadIdx.x % 32, keys.keys);
    find_largest(logits, largest);
    largest[0] = quad_max(largest[0]);
    largest[1] = quad_max(largest[1]);
    take_weights(logits, largest, shape.scale, keys.bias, rows, shrink);
    shrink_rows(sums, shrink);
    multiply_values<T, kHead>(sums, logits, base + kShared.v(n % 2));
    __syncthreads();  // the buffer is free for the tile after next
  }
  store_rows<T>(sums, rows, shape, tile, 16 * (threadIdx.x / 32), op.out[tile.group], op.aligned);
}

template <typename T>
void launch_head(const JointAttention& op, const JointAttentionLaunch& plan, Stream stream,
                 const Sm80Parameters& parameters) {
  if (sm80_padded_head(op.head_size) == 64)
    launch(kOp, plan, stream, joint_attention_sm80_kernel<T, 64>, parameters);
  else
    launch(kOp, plan, stream, joint_attention_sm80_kernel<T, 128>, parameters);
}

}  // namespace

void joint_attention_sm80(const JointAttention& op, const JointAttentionLaunch& plan,
                          Stream stream) {
  Sm80Parameters parameters = {op.q, op.k, op.v, attention_shape(op), {}, plan.vector > 1};
  for (int g = 0; g < op.groups; ++g) parameters.out[g] = attention_output(op, g);
  if (op.dtype == DType::kBFloat16)
    launch_head<BFloat16>(op, plan, stream, parameters);
  else
    launch_head<Float16>(op, plan, stream, parameters);
}

}  // namespace reflectionflow::kernels
