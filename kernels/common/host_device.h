// Index arithmetic that kernels run on the GPU and tests run on the CPU, over every index.
#pragma once

#include <cstdint>

#if defined(__CUDACC__)
#define HOST_DEVICE __host__ __device__ __forceinline__
#else
#define HOST_DEVICE __attribute__((always_inline)) inline
#endif

namespace reflectionflow::kernels {

HOST_DEVICE constexpr int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }
HOST_DEVICE constexpr int64_t round_up(int64_t a, int64_t b) { return ceil_div(a, b) * b; }

}  // namespace reflectionflow::kernels
