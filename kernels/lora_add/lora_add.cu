// The low-rank product on CUDA: on the matrix units for bfloat16 and float16, since the plain ones
// would need as long as the memory.
#include "common/cuda_launch.cuh"
#include "common/ptx_sm80.cuh"
#include "common/vector.cuh"
#include "lora_add/lora_add_cuda.h"

namespace reflectionflow::kernels {
namespace {

// Eight neighbours in a row, of the rank or of the columns.
template <typename T>
using Eight = Packed<T, 8>;

// Over the first four of each operand's eight or the last: a lane's 16 bytes serve two products.
template <typename T>
__device__ __forceinline__ void multiply_add(const Eight<T>& upper, const Eight<T>& lower,
                                             const Eight<T>& b, int half, float (&sums)[4]) {
  const uint32_t a[4] = {upper.words[2 * half], lower.words[2 * half], upper.words[2 * half + 1],
                         lower.words[2 * half + 1]};
  multiply_16x8x16<std::is_same_v<T, __nv_bfloat16>>(sums, a, b.words[2 * half],
                                                     b.words[2 * half + 1]);
}

// Eight numbers of a row, zeros behind its end.
template <typename T>
__device__ __forceinline__ Eight<T> eight_of(const T* row, int64_t first, bool within) {
  return within ? load<8>(row + first) : zeros<T, 8>();
}

// The sums of one chunk of the rank.
template <typename T>
__device__ __forceinline__ void add_chunk(const Eight<T> (&down)[kLoraTiles][2],
                                          const Eight<T> (&up)[4],
                                          float (&sums)[kLoraTiles][4][4]) {
#pragma unroll
  for (int tile = 0; tile < kLoraTiles; ++tile) {
#pragma unroll
    for (int n = 0; n < 4; ++n) {
#pragma unroll
      for (int half = 0; half < 2; ++half)
        multiply_add(down[tile][0], down[tile][1], up[n], half, sums[tile][n]);
    }
  }
}

template <typename T>
__global__ void __launch_bounds__(kLoraWarps* kWarp) lora_add_kernel(const LoraAdd op) {
  const LoraLane lane = lora_lane(threadIdx.x % 32);
  const int64_t top = lora_row(blockIdx.x, threadIdx.x / 32) + lane.upper;
  const int64_t left = int64_t{blockIdx.y} * kLoraColumns, column = left + lane.first;
  const auto row_of = [&](int tile, int half) { return top + tile * 16 + half * 8; };
  T* const out = static_cast<T*>(op.out);

  // The memory that bounds this kernel, on its way before the products begin.
  Eight<T> x[kLoraTiles][2];
#pragma unroll
  for (int tile = 0; tile < kLoraTiles; ++tile) {
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      const int64_t row = row_of(tile, half);
      if (row < op.rows && column < op.width)
        x[tile][half] = load_once<8>(out + row * op.out_row_stride + column);
    }
  }

  float sums[kLoraTiles][4][4] = {};
  for (int64_t r = lane.first; r < op.rank + lane.first; r += kLoraChunk) {
    Eight<T> down[kLoraTiles][2], up[4];
#pragma unroll
    for (int tile = 0; tile < kLoraTiles; ++tile) {
#pragma unroll
      for (int half = 0; half < 2; ++half) {
        const int64_t row = row_of(tile, half);
        down[tile][half] = eight_of(static_cast<const T*>(op.down) + row * op.down_row_stride, r,
                                    row < op.rows && r < op.rank);
      }
    }
#pragma unroll
    for (int n = 0; n < 4; ++n) {
      const int64_t c = left + lora_column(threadIdx.x % 32, n);
      up[n] = eight_of(static_cast<const T*>(op.up) + c * op.rank, r, c < op.width && r < op.rank);
    }
    add_chunk(down, up, sums);
  }

#pragma unroll
  for (int tile = 0; tile < kLoraTiles; ++tile) {
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      const int64_t row = row_of(tile, half);
      if (row >= op.rows || column >= op.width) continue;
      float values[8];
      unpack(x[tile][half], values);
#pragma unroll
      for (int i = 0; i < 8; ++i) values[i] += op.scale * sums[tile][i / 2][2 * half + i % 2];
      store<8>(out + row * op.out_row_stride + column, values);
    }
  }
}

// One column of some rows, each factor of `up` read once for all of them.
template <typename T>
__global__ void __launch_bounds__(kLoraPlainThreads) lora_add_plain_kernel(const LoraAdd op) {
  const int64_t column = int64_t{blockIdx.y} * kLoraPlainThreads + threadIdx.x;
  const int64_t first = int64_t{blockIdx.x} * kLoraPlainRows;
  if (column >= op.width) return;
  const T* const up = static_cast<const T*>(op.up) + column * op.rank;
  const T* const down = static_cast<const T*>(op.down) + first * op.down_row_stride;
  T* const out = static_cast<T*>(op.out) + first * op.out_row_stride + column;
  float sums[kLoraPlainRows] = {};
  for (int64_t r = 0; r < op.rank; ++r) {
    const float factor = to_float(up[r]);
#pragma unroll
    for (int row = 0; row < kLoraPlainRows; ++row) {
      if (first + row < op.rows) sums[row] += to_float(down[row * op.down_row_stride + r]) * factor;
    }
  }
#pragma unroll
  for (int row = 0; row < kLoraPlainRows; ++row) {
    if (first + row >= op.rows) break;
    T* const at = out + row * op.out_row_stride;
    from_float(to_float(*at) + op.scale * sums[row], at);
  }
}

}  // namespace

void lora_add_cuda(const LoraAdd& op, Stream stream) {
  const LaunchPlan plan = lora_add_launch(op);
  with_device_vector(op.dtype, plan.vector, [&](auto* element, auto vector) {
    using T = std::remove_pointer_t<decltype(element)>;
    if constexpr (vector() == 8) {
      launch("lora_add", plan, stream, lora_add_kernel<T>, op);
    } else if constexpr (vector() == 1) {
      launch("lora_add", plan, stream, lora_add_plain_kernel<T>, op);
    }
  });
}

}  // namespace reflectionflow::kernels
