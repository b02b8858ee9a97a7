// LibTorch tells its reason through a function that older versions lack.
#include "torch/failure.h"

#include <dlfcn.h>

#include "torch/cuda_runtime.h"

namespace reflectionflow {
namespace {

// Operators take new memory of about their operands' size.
bool card_is_full(int64_t operand_bytes) {
  if (operand_bytes == 0) return false;
  try {
    return linked_cuda_runtime().memory().free < 2 * operand_bytes;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

std::string libtorch_reason() {
  static void* const library = dlopen("libtorch_cpu.so", RTLD_LAZY | RTLD_NOLOAD);
  static const auto tell = reinterpret_cast<const char* (*)()>(
      library ? dlsym(library, "torch_exception_get_what_without_backtrace") : nullptr);
  const char* const text = tell ? tell() : nullptr;
  const std::string reason = text ? text : "";
  return reason.substr(0, reason.find('\n'));
}

bool lacks_memory(const std::string& reason) {
  return reason.find("out of memory") != std::string::npos ||
         reason.find("can't allocate memory") != std::string::npos;
}

void libtorch_failed(const std::string& what, int64_t bytes_on_card) {
  const std::string reason = libtorch_reason();
  const bool no_memory = reason.empty() ? card_is_full(bytes_on_card) : lacks_memory(reason);
  throw Error(no_memory ? ErrorCode::kOutOfMemory : ErrorCode::kInternal,
              reason.empty() ? what : what + ": " + reason);
}

}  // namespace reflectionflow
