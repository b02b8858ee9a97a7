// Whether this build has the CUDA twins, and how launchers choose between them and the CPU.
//
// A launcher checks what holds on every device, then:
//   if (stream.on_cuda) {
//     if constexpr (kCudaBuild) return <op>_cuda(op, stream);
//     refuse_cuda(kOp);
//   }
// Without nvcc the call is discarded before the linker could miss it.
#pragma once

#include <stdexcept>
#include <string>

// Set by CMake where nvcc is found.
#ifndef REFLECTIONFLOW_CUDA
#define REFLECTIONFLOW_CUDA 0
#endif

namespace reflectionflow::kernels {

constexpr bool kCudaBuild = REFLECTIONFLOW_CUDA != 0;

[[noreturn]] inline void refuse_cuda(const char* op) {
  throw std::invalid_argument(std::string(op) + ": this build has no CUDA kernels");
}

}  // namespace reflectionflow::kernels
