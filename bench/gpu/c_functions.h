// How c_functions_*.cpp put the kernels' launchers behind C functions, which ctypes can call.
#pragma once

#include <exception>
#include <string>

#include "common/kernel.h"

namespace reflectionflow::bench {

// A CUDA stream, or the CPU.
inline kernels::Stream place(void* cuda_stream, int64_t on_cuda) {
  return {cuda_stream, on_cuda != 0};
}

// Null, or why the launcher refused; the text lives until the thread's next call.
template <typename Launch>
const char* refusal_of(const Launch& launch) {
  static thread_local std::string text;
  try {
    launch();
    return nullptr;
  } catch (const std::exception& error) {
    text = error.what();
    return text.c_str();
  }
}

}  // namespace reflectionflow::bench

// Every integer is an int64_t and every number a double, so that a caller has no types to declare;
// the last two say where to run. Dense tensors of one sample, unless a stride says otherwise.
#define BENCH_FUNCTION(name, ...) \
  extern "C" const char* bench_##name(__VA_ARGS__, void* cuda_stream, int64_t on_cuda)
