// adaLN modulation on CUDA: a block holds its row in registers from the only read to the only
// write; the modulation vectors come from L1, where the rows before have left them.
#include "adaln_modulate/adaln_modulate_cuda.h"
#include "common/cuda_launch.cuh"
#include "common/modulate_rows.cuh"
#include "common/rows.h"

namespace reflectionflow::kernels {
namespace {

template <typename T, int V>
__global__ void __launch_bounds__(kRowThreads) adaln_modulate_kernel(const AdalnModulate op) {
  __shared__ RowSums sums;
  const uint32_t tokens = static_cast<uint32_t>(op.tokens);
  const uint32_t b = blockIdx.x / tokens, s = blockIdx.x % tokens;
  const T* const from = row_at<T>(op.x, b, s);
  Packed<T, V> packed[kRowVectors];
#pragma unroll
  for (int i = 0; i < kRowVectors; ++i) {
    const int64_t at = row_element(threadIdx.x, blockDim.x, i, V);
    packed[i] = at < op.width ? load_once<V>(from + at) : zeros<T, V>();
  }
  float x[kRowVectors][V];
#pragma unroll
  for (int i = 0; i < kRowVectors; ++i) unpack(packed[i], x[i]);
  modulate_row<V>(x, vector_at<T>(op.shift, b), vector_at<T>(op.scale, b), row_at<T>(op.out, b, s),
                  op.width, op.epsilon, sums);
}

template <typename T>
__global__ void __launch_bounds__(kRowThreads) adaln_modulate_long_kernel(const AdalnModulate op) {
  __shared__ RowSums sums;
  const uint32_t tokens = static_cast<uint32_t>(op.tokens);
  const uint32_t b = blockIdx.x / tokens, s = blockIdx.x % tokens;
  const T* const x = row_at<T>(op.x, b, s);
  float sum = 0;
  for (int64_t c = threadIdx.x; c < op.width; c += blockDim.x) sum += to_float(x[c]);
  modulate_long_row(x, sum, vector_at<T>(op.shift, b), vector_at<T>(op.scale, b),
                    row_at<T>(op.out, b, s), op.width, op.epsilon, sums);
}

}  // namespace

void adaln_modulate_cuda(const AdalnModulate& op, Stream stream) {
  const RowLaunch plan = adaln_modulate_launch(op);
  with_device_vector(op.dtype, plan.vector, [&](auto* element, auto vector) {
    using T = std::remove_pointer_t<decltype(element)>;
    const auto kernel =
        plan.in_registers ? adaln_modulate_kernel<T, vector()> : adaln_modulate_long_kernel<T>;
    launch("adaln_modulate", plan, stream, kernel, op);
  });
}

}  // namespace reflectionflow::kernels
