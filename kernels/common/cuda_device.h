// The GPU that tests and benches run on: `run_suite(cases(<op>), cuda_device())`.
#pragma once

#include "common/check.h"
#include "common/cuda_build.h"
#include "common/test_buffer.h"

namespace reflectionflow::kernels {

// Why there is no GPU to run on, or nothing where there is one.
std::string missing_cuda_device();

// The current device and a stream of its own. Its hooks throw std::runtime_error where CUDA fails.
Device make_cuda_device();

// Ends the test as skipped where the build or the machine has no CUDA.
inline Device cuda_device() {
  if constexpr (kCudaBuild) {
    const std::string missing = missing_cuda_device();
    if (!missing.empty()) throw Skipped(missing);
    return make_cuda_device();
  } else {
    throw Skipped("this build has no CUDA kernels");
  }
}

}  // namespace reflectionflow::kernels
