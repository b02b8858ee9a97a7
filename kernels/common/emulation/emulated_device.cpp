// The emulated GPU: the CPU's memory, aligned as CUDA's, and the conversions of its elements.
#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include <cstdlib>

#include "common/cuda_device.h"

namespace reflectionflow::kernels {

std::string missing_cuda_device() { return ""; }

Device make_cuda_device() {
  const auto allocate = [](size_t bytes) { return std::aligned_alloc(256, (bytes + 255) & ~255); };
  const auto copy = [](void* to, const void* from, size_t bytes) { std::memcpy(to, from, bytes); };
  const auto vary = [](int run) { emulation::backwards = run != 0; };
  return {"emulated", {nullptr, true}, allocate, std::free, copy, copy, vary, true};
}

}  // namespace reflectionflow::kernels

using reflectionflow::kernels::BFloat16;
using reflectionflow::kernels::Float16;

float __bfloat162float(__nv_bfloat16 value) {
  return reflectionflow::kernels::to_float(BFloat16{value.bits});
}
__nv_bfloat16 __float2bfloat16_rn(float value) {
  BFloat16 rounded;
  reflectionflow::kernels::from_float(value, &rounded);
  return {rounded.bits};
}
float __half2float(__half value) { return reflectionflow::kernels::to_float(Float16{value.bits}); }
__half __float2half_rn(float value) {
  Float16 rounded;
  reflectionflow::kernels::from_float(value, &rounded);
  return {rounded.bits};
}
