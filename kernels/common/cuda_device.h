// The GPU that tests and benches run on; where nvcc is missing, nothing defines these.
#pragma once

#include <string>

#include "common/test_buffer.h"

namespace reflectionflow::kernels {

// Why there is no GPU to run on, or nothing where there is one.
std::string missing_cuda_device();

// The current device and a stream of its own. Its hooks throw std::runtime_error where CUDA fails.
Device make_cuda_device();

}  // namespace reflectionflow::kernels
