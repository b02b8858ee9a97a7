// Launches a kernel as its plan says, on a stream of the current device; failures name the
// operation.
#pragma once

#include <cuda_runtime.h>

#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>

#include "common/launch.h"

namespace reflectionflow::kernels {

inline void require_cuda(const char* op, cudaError_t result) {
  if (result != cudaSuccess)
    throw std::runtime_error(std::string(op) + ": CUDA: " + cudaGetErrorString(result));
}

// More than 48 KB of shared memory must be asked for, once for each kernel and device.
inline void allow_shared_memory(const char* op, const void* kernel, int64_t bytes) {
  constexpr int64_t kUnasked = 48 * 1024;
  if (bytes <= kUnasked) return;
  static std::mutex mutex;
  static std::map<std::pair<const void*, int>, int64_t> allowed;
  int device = 0;
  require_cuda(op, cudaGetDevice(&device));
  const std::lock_guard<std::mutex> lock(mutex);
  int64_t& now = allowed[{kernel, device}];
  if (now >= bytes) return;
  require_cuda(op, cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                        static_cast<int>(bytes)));
  now = bytes;
}

template <typename... Parameters, typename... Arguments>
void launch(const char* op, const LaunchPlan& plan, Stream stream, void (*kernel)(Parameters...),
            const Arguments&... arguments) {
  allow_shared_memory(op, reinterpret_cast<const void*>(kernel), plan.shared_bytes);
  const auto size = [](int64_t value) { return static_cast<unsigned>(value); };
  cudaLaunchConfig_t config = {};
  config.gridDim = {size(plan.grid_x), size(plan.grid_y), size(plan.grid_z)};
  config.blockDim = {size(plan.threads), 1, 1};
  config.dynamicSmemBytes = static_cast<size_t>(plan.shared_bytes);
  config.stream = static_cast<cudaStream_t>(stream.cuda_stream);
  cudaLaunchAttribute cluster = {};
  cluster.id = cudaLaunchAttributeClusterDimension;
  cluster.val.clusterDim = {size(plan.cluster), 1, 1};
  config.attrs = &cluster;
  config.numAttrs = plan.cluster > 1 ? 1 : 0;
  const cudaError_t launched =
      cudaLaunchKernelEx(&config, kernel, static_cast<Parameters>(arguments)...);
  const cudaError_t last = cudaGetLastError();  // also forgets it
  require_cuda(op, launched != cudaSuccess ? launched : last);
}

}  // namespace reflectionflow::kernels
