// Dequantisation on CUDA: four elements to an access in every dtype, so that a warp reads its sums
// and writes its results without gaps; scales and bias come from L1, where the rows before have
// left them.
#include "common/cuda_launch.cuh"
#include "common/vector.cuh"
#include "dequantize/dequantize_cuda.h"

namespace reflectionflow::kernels {
namespace {

template <int V>
__device__ __forceinline__ void load_sums(const int32_t* at, int32_t (&sums)[V]) {
  if constexpr (V == 1) {
    sums[0] = *at;
  } else {
    const uint4 words = load_past_l1(at);
    sums[0] = static_cast<int32_t>(words.x);
    sums[1] = static_cast<int32_t>(words.y);
    sums[2] = static_cast<int32_t>(words.z);
    sums[3] = static_cast<int32_t>(words.w);
  }
}

// One element or four: 16 bytes of float32, 8 of what has 16 bits.
template <int V, typename T>
__device__ __forceinline__ void load_few(const T* at, float (&values)[V]) {
  if constexpr (V == 1 || sizeof(T) == 4) {
    unpack(load<V>(at), values);
  } else {
    const uint2 words = load_two_words(at);
    Word<T>::unpack(words.x, values);
    Word<T>::unpack(words.y, values + 2);
  }
}

template <int V, typename T>
__device__ __forceinline__ void store_few(T* at, const float (&values)[V]) {
  if constexpr (V == 1 || sizeof(T) == 4) {
    store<V>(at, values);
  } else {
    store_two_words(at, Word<T>::pack(values), Word<T>::pack(values + 2));
  }
}

template <typename T, int V>
__global__ void __launch_bounds__(kFlatThreads)
    dequantize_kernel(const Dequantize op, uint32_t blocks_per_row) {
  const FlatShare share = flat_share(blockIdx.x, threadIdx.x, blockDim.x, blocks_per_row, V);
  const int32_t* const sums_row = op.sums + share.part * op.sums_row_stride;
  const T* const bias = static_cast<const T*>(op.bias);
  T* const out = static_cast<T*>(op.out) + share.part * op.out_row_stride;
  const float row_scale = op.row_scale[share.part];
  int32_t sums[kFlatVectors][V];
#pragma unroll
  for (int i = 0; i < kFlatVectors; ++i) {
    const int64_t at = share.first + i * share.stride;
    if (at >= op.width) break;
    load_sums(sums_row + at, sums[i]);
  }
#pragma unroll
  for (int i = 0; i < kFlatVectors; ++i) {
    const int64_t at = share.first + i * share.stride;
    if (at >= op.width) break;
    float scale[V], result[V];
    load_few(op.column_scale + at, scale);
    load_few(bias + at, result);
#pragma unroll
    for (int c = 0; c < V; ++c) result[c] += static_cast<float>(sums[i][c]) * row_scale * scale[c];
    store_few(out + at, result);
  }
}

}  // namespace

void dequantize_cuda(const Dequantize& op, Stream stream) {
  const FlatLaunch plan = dequantize_launch(op);
  with_device_type(op.dtype, [&](auto* element) {
    using T = std::remove_pointer_t<decltype(element)>;
    const auto kernel = plan.vector == 4 ? dequantize_kernel<T, 4> : dequantize_kernel<T, 1>;
    launch("dequantize", plan, stream, kernel, op, plan.blocks_per_part);
  });
}

}  // namespace reflectionflow::kernels
