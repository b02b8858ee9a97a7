// As much of CUDA as the kernels use, for the CPU: tests run a kernel's own source without a GPU.
//
// Blocks run one after the other, their threads as fibers.h says. Static shared memory is static;
// warps are 32 neighbours that wait for each other at each shuffle.
#pragma once

#include <algorithm>
#include <cmath>

#include "common/emulation/fibers.h"

#define __global__
#define __device__
#define __forceinline__ inline
#define __launch_bounds__(...)
#define __grid_constant__
#define __shared__ static

struct alignas(16) uint4 {
  uint32_t x, y, z, w;
};
struct alignas(8) uint2 {
  uint32_t x, y;
};
struct alignas(8) float2 {
  float x, y;
};
struct dim3 {
  unsigned x = 1, y = 1, z = 1;
};

inline float2 make_float2(float x, float y) { return {x, y}; }

namespace emulation {

struct ThreadIndex {
  struct {
    operator unsigned() const { return current; }
  } x;
};

}  // namespace emulation

inline dim3 gridDim, blockDim, blockIdx;
inline emulation::ThreadIndex threadIdx;

inline void __syncthreads() { emulation::wait_for_block(); }

inline uint32_t __float_as_uint(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}
inline float __uint_as_float(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

// Every lane's value for the lane whose number differs in the bits of `distance`.
template <typename T>
T __shfl_xor_sync(unsigned, T value, int distance) {
  struct Operands {
    T value, received;
    unsigned distance;
  } mine = {value, {}, static_cast<unsigned>(distance)};
  emulation::collective(mine, [](Operands** of) {
    for (unsigned lane = 0; lane < emulation::kLanes; ++lane)
      of[lane]->received = of[lane ^ of[lane]->distance]->value;
  });
  return mine.received;
}

inline uint32_t __reduce_max_sync(unsigned, uint32_t value) {
  emulation::collective(value, [](uint32_t** of) {
    uint32_t largest = 0;
    for (unsigned lane = 0; lane < emulation::kLanes; ++lane)
      largest = std::max(largest, *of[lane]);
    for (unsigned lane = 0; lane < emulation::kLanes; ++lane) *of[lane] = largest;
  });
  return value;
}
inline uint32_t max(uint32_t a, uint32_t b) { return a > b ? a : b; }

// Beyond 2^126 the quotient is 0, and NaN that of infinity.
inline float __fdividef(float a, float b) {
  const bool too_large = std::fabs(b) > 0x1p126f && !std::isinf(b);
  return too_large ? a * 0.0f : a / b;
}
inline float __expf(float x) { return std::exp(x); }
inline float rsqrtf(float x) { return 1.0f / std::sqrt(x); }

enum cudaError_t { cudaSuccess };
using cudaStream_t = void*;
constexpr int cudaFuncAttributeMaxDynamicSharedMemorySize = 0;
constexpr int cudaLaunchAttributeClusterDimension = 0;
struct cudaLaunchAttribute {
  int id;
  struct {
    dim3 clusterDim;
  } val;
};
struct cudaLaunchConfig_t {
  dim3 gridDim, blockDim;
  size_t dynamicSmemBytes;
  cudaStream_t stream;
  cudaLaunchAttribute* attrs;
  unsigned numAttrs;
};

inline const char* cudaGetErrorString(cudaError_t) { return ""; }
inline cudaError_t cudaGetLastError() { return cudaSuccess; }
inline cudaError_t cudaGetDevice(int* device) {
  *device = 0;
  return cudaSuccess;
}
// An A100, on which no launch depends on how many multiprocessors there are.
enum cudaDeviceAttr {
  cudaDevAttrComputeCapabilityMajor,
  cudaDevAttrComputeCapabilityMinor,
  cudaDevAttrMultiProcessorCount
};
inline cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int) {
  *value = attribute == cudaDevAttrComputeCapabilityMajor   ? 8
           : attribute == cudaDevAttrComputeCapabilityMinor ? 0
                                                            : 108;
  return cudaSuccess;
}
inline cudaError_t cudaFuncSetAttribute(const void*, int, int) { return cudaSuccess; }

template <typename... Parameters, typename... Arguments>
cudaError_t cudaLaunchKernelEx(const cudaLaunchConfig_t* config, void (*kernel)(Parameters...),
                               const Arguments&... arguments) {
  gridDim = config->gridDim;
  blockDim = config->blockDim;
  emulation::body = [&] { kernel(arguments...); };
  for (blockIdx.y = 0; blockIdx.y < gridDim.y; ++blockIdx.y) {
    for (blockIdx.x = 0; blockIdx.x < gridDim.x; ++blockIdx.x) {
      emulation::make_shared(config->dynamicSmemBytes);
      emulation::run_block(blockDim.x);
    }
  }
  return cudaSuccess;
}
