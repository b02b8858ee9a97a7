// GELU and quantisation on CUDA: a row of activations waits in a block's registers for its scale.
#include "common/cuda_launch.cuh"
#include "common/gelu.cuh"
#include "common/quantize_rows.cuh"
#include "gelu_tanh_quantized/gelu_tanh_quantized_cuda.h"

namespace reflectionflow::kernels {
namespace {

template <typename T, typename Eight, int V>
__global__ void __launch_bounds__(kRowThreads)
    gelu_tanh_quantized_kernel(const GeluTanhQuantized op) {
  quantize_changed_row<T, Eight, V>(op, [](float x) { return rounded_to<T>(gelu(x)); });
}

template <typename T, typename Eight>
__global__ void __launch_bounds__(kRowThreads)
    gelu_tanh_quantized_long_kernel(const GeluTanhQuantized op) {
  quantize_changed_long_row<T, Eight>(op, [](float x) { return rounded_to<T>(gelu(x)); });
}

}  // namespace

void gelu_tanh_quantized_cuda(const GeluTanhQuantized& op, Stream stream) {
  const RowLaunch plan = gelu_tanh_quantized_launch(op);
  with_device_quantized(op, plan.vector, [&](auto* element, auto* eight, auto vector) {
    using T = std::remove_pointer_t<decltype(element)>;
    using Eight = std::remove_pointer_t<decltype(eight)>;
    const auto kernel = plan.in_registers ? gelu_tanh_quantized_kernel<T, Eight, vector()>
                                          : gelu_tanh_quantized_long_kernel<T, Eight>;
    launch("gelu_tanh_quantized", plan, stream, kernel, op);
  });
}

}  // namespace reflectionflow::kernels
