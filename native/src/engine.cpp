// The engine's face to Java.
#include "engine.h"

#include <omp.h>

#include <cstdint>

#include "error.h"

extern "C" uint64_t aoti_torch_abi_version();

namespace reflectionflow {

namespace {

// LibTorch packs major, minor and patch into the three highest bytes.
std::string libtorch_version() {
  const uint64_t version = aoti_torch_abi_version();
  const auto byte = [version](int shift) { return std::to_string((version >> shift) & 0xff); };
  return byte(56) + "." + byte(48) + "." + byte(40);
}

}  // namespace

std::string Engine::about() {
  return "libtorch=" + libtorch_version() + "\nthreads=" + std::to_string(omp_get_max_threads());
}

void Engine::set_threads(int threads) {
  if (threads < 1) {
    throw Error(ErrorCode::kInvalidArgument,
                "threads must be at least 1, found " + std::to_string(threads));
  }
  omp_set_num_threads(threads);
}

}  // namespace reflectionflow
