// adaLN modulation and quantisation on CUDA: a block holds its row in registers through both.
#include "adaln_modulate_quantized/adaln_modulate_quantized_cuda.h"
#include "common/cuda_launch.cuh"
#include "common/modulate_rows.cuh"
#include "common/quantize_rows.cuh"
#include "common/rows.h"

namespace reflectionflow::kernels {
namespace {

// A block's row of each operand.
template <typename T>
struct Row {
  const T* x;
  const T* shift;
  const T* scale;
  uint8_t* out;
  float* row_scale;
};

template <typename T>
__device__ __forceinline__ Row<T> row_of(const AdalnModulateQuantized& op, uint32_t row) {
  const uint32_t tokens = static_cast<uint32_t>(op.tokens), b = row / tokens, s = row % tokens;
  return {row_at<T>(op.x, b, s), vector_at<T>(op.shift, b), vector_at<T>(op.scale, b),
          op.out.data + b * op.out.batch_stride + s * op.out.row_stride, op.row_scale + row};
}

// One block of 512 is enough: aiming at two of them, ptxas stops at 64 registers and spills. A row
// of the model has 96 threads, and eight of those blocks have room for 80 registers.
template <typename T, typename Eight, int V>
__global__ void __launch_bounds__(kRowThreads, 1)
    adaln_modulate_quantized_kernel(const AdalnModulateQuantized op) {
  __shared__ RowSums sums;
  __shared__ uint32_t partials[kWarp];
  const Row<T> row = row_of<T>(op, blockIdx.x);
  float x[kRowVectors][V];
  load_row(row.x, op.width, x);
  const Moments moments = moments_of<V>(x, op.width, op.epsilon, sums);
#pragma unroll
  for (int i = 0; i < kRowVectors; ++i) {
    const int64_t at = row_element(threadIdx.x, blockDim.x, i, V);
    if (at >= op.width) break;  // 0 behind the end stays 0
    float shift[V], scale[V];
    unpack(load<V>(row.shift + at), shift);
    unpack(load<V>(row.scale + at), scale);
#pragma unroll
    for (int c = 0; c < V; ++c)
      x[i][c] = rounded_to<T>(modulated(x[i][c], moments, shift[c], scale[c]));
  }
  quantize_row<Eight>(x, op.width, row.out, row.row_scale, partials);
}

template <typename T, typename Eight>
__global__ void __launch_bounds__(kRowThreads)
    adaln_modulate_quantized_long_kernel(const AdalnModulateQuantized op) {
  __shared__ RowSums sums;
  __shared__ uint32_t partials[kWarp];
  const Row<T> row = row_of<T>(op, blockIdx.x);
  float sum = 0;
  for (int64_t c = threadIdx.x; c < op.width; c += blockDim.x) sum += to_float(row.x[c]);
  const Moments moments = moments_of_long_row(row.x, sum, op.width, op.epsilon, sums);
  const auto value_at = [&](int64_t c) {
    return rounded_to<T>(
        modulated(to_float(row.x[c]), moments, to_float(row.shift[c]), to_float(row.scale[c])));
  };
  quantize_long_row<Eight>(value_at, op.width, row.out, row.row_scale, partials);
}

}  // namespace

void adaln_modulate_quantized_cuda(const AdalnModulateQuantized& op, Stream stream) {
  const RowLaunch plan = adaln_modulate_quantized_launch(op);
  with_device_quantized(op, plan.vector, [&](auto* element, auto* eight, auto vector) {
    using T = std::remove_pointer_t<decltype(element)>;
    using Eight = std::remove_pointer_t<decltype(eight)>;
    const auto kernel = plan.in_registers ? adaln_modulate_quantized_kernel<T, Eight, vector()>
                                          : adaln_modulate_quantized_long_kernel<T, Eight>;
    launch("adaln_modulate_quantized", plan, stream, kernel, op);
  });
}

}  // namespace reflectionflow::kernels
