// As much of CUDA as the plain kernels use, for the CPU: tests run a kernel's own source without a
// GPU.
//
// Blocks run one after the other. The threads of a block are fibers that run until they wait for
// others, in an order that a test varies: a missing barrier then changes the result. Shared memory
// is static; warps are 32 neighbours and wait for each other at each shuffle.
#pragma once

#include <ucontext.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>
#include <stdexcept>
#include <vector>

#define __global__
#define __device__
#define __forceinline__ inline
#define __launch_bounds__(...)
#define __shared__ static

struct uint4 {
  uint32_t x, y, z, w;
};
struct float2 {
  float x, y;
};
struct dim3 {
  unsigned x = 1, y = 1, z = 1;
};

namespace emulation {

struct Fiber {
  ucontext_t context;
  std::vector<char> stack = std::vector<char>(1 << 16);
  bool done = false;
  int64_t barriers = 0, shuffles = 0;  // that the thread has reached
  uint32_t shuffled[2];                // its values of the last two
};

inline std::vector<Fiber> fibers;  // of the block
inline unsigned current;
inline ucontext_t scheduler;
inline std::function<void()> body;
inline bool backwards = false;  // which order threads run in
inline int64_t steps;           // grows while the block gets on

inline void run_fiber() {
  body();
  fibers[current].done = true;
  swapcontext(&fibers[current].context, &scheduler);
}

// Lets others run until `ready`.
template <typename Ready>
void wait_until(const Ready& ready) {
  ++steps;
  while (!ready()) swapcontext(&fibers[current].context, &scheduler);
  ++steps;
}

inline void start_fibers(unsigned threads) {
  if (fibers.size() != threads) fibers = std::vector<Fiber>(threads);
  for (Fiber& fiber : fibers) {
    fiber.done = false;
    fiber.barriers = fiber.shuffles = 0;
    getcontext(&fiber.context);
    fiber.context.uc_stack.ss_sp = fiber.stack.data();
    fiber.context.uc_stack.ss_size = fiber.stack.size();
    makecontext(&fiber.context, run_fiber, 0);
  }
}

inline void run_block(unsigned threads) {
  start_fibers(threads);
  for (unsigned done = 0; done < threads;) {
    const int64_t before = steps;
    for (unsigned turn = 0; turn < threads; ++turn) {
      current = backwards ? threads - 1 - turn : turn;
      if (fibers[current].done) continue;
      swapcontext(&scheduler, &fibers[current].context);
      if (fibers[current].done) ++done, ++steps;
    }
    if (steps == before) throw std::runtime_error("the threads of a block wait for each other");
  }
}

struct ThreadIndex {
  struct {
    operator unsigned() const { return current; }
  } x;
};

// The values of the warp's lanes, once all of them are here.
template <typename Combine>
auto shuffle(uint32_t value, const Combine& combine) {
  Fiber& self = fibers[current];
  const unsigned lane = current % 32, first = current - lane;
  const int64_t mine = self.shuffles++;
  self.shuffled[mine % 2] = value;
  wait_until([&] {
    for (unsigned i = first; i < first + 32; ++i) {
      if (fibers[i].shuffles <= mine) return false;
    }
    return true;
  });
  return combine([=](unsigned i) { return fibers[first + i].shuffled[mine % 2]; }, lane);
}

}  // namespace emulation

inline dim3 gridDim, blockDim, blockIdx;
inline emulation::ThreadIndex threadIdx;

inline void __syncthreads() {
  const int64_t mine = ++emulation::fibers[emulation::current].barriers;
  emulation::wait_until([&] {
    for (const emulation::Fiber& fiber : emulation::fibers) {
      if (!fiber.done && fiber.barriers < mine) return false;
    }
    return true;
  });
}

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

inline float __shfl_xor_sync(unsigned, float value, int distance) {
  return __uint_as_float(emulation::shuffle(
      __float_as_uint(value),
      [&](const auto& of, unsigned lane) { return of(lane ^ static_cast<unsigned>(distance)); }));
}

inline uint32_t __reduce_max_sync(unsigned, uint32_t value) {
  return emulation::shuffle(value, [](const auto& of, unsigned) {
    uint32_t largest = 0;
    for (unsigned i = 0; i < 32; ++i) largest = of(i) > largest ? of(i) : largest;
    return largest;
  });
}
inline uint32_t max(uint32_t a, uint32_t b) { return a > b ? a : b; }

inline float __fdividef(float a, float b) { return a / b; }
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
inline cudaError_t cudaFuncSetAttribute(const void*, int, int) { return cudaSuccess; }

template <typename... Parameters, typename... Arguments>
cudaError_t cudaLaunchKernelEx(const cudaLaunchConfig_t* config, void (*kernel)(Parameters...),
                               const Arguments&... arguments) {
  gridDim = config->gridDim;
  blockDim = config->blockDim;
  emulation::body = [&] { kernel(arguments...); };
  for (blockIdx.y = 0; blockIdx.y < gridDim.y; ++blockIdx.y) {
    for (blockIdx.x = 0; blockIdx.x < gridDim.x; ++blockIdx.x) emulation::run_block(blockDim.x);
  }
  return cudaSuccess;
}
