// What the processor has, asked once.
#include "common/vectorised.h"

#include <atomic>
#include <stdexcept>
#include <string>

namespace reflectionflow::kernels {
namespace {

VectorPath widest_path() {
  VectorPath widest = VectorPath::kPortable;
  for (const VectorPath path : kVectorPaths) {
    if (vector_path_runs(path)) widest = path;
  }
  return widest;
}

std::atomic<VectorPath>& current_path() {
  static std::atomic<VectorPath> path(widest_path());
  return path;
}

}  // namespace

const char* name_of(VectorPath path) {
  constexpr const char* kNames[] = {"portable", "avx2", "avx512"};
  return kNames[static_cast<int32_t>(path)];
}

bool vector_path_runs(VectorPath path) {
#if defined(__x86_64__)
  if (path == VectorPath::kAvx512)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  if (path == VectorPath::kAvx2)
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#endif
  return path == VectorPath::kPortable;
}

bool avx512_bf16_runs() {
#if defined(__x86_64__)
  return vector_path_runs(VectorPath::kAvx512) && __builtin_cpu_supports("avx512bf16");
#else
  return false;
#endif
}

VectorPath vector_path() { return current_path().load(std::memory_order_relaxed); }

ForcedVectorPath::ForcedVectorPath(VectorPath path) : before_(vector_path()) {
  if (!vector_path_runs(path))
    throw std::invalid_argument(std::string("this processor lacks the path ") + name_of(path));
  current_path() = path;
}

ForcedVectorPath::~ForcedVectorPath() { current_path() = before_; }

}  // namespace reflectionflow::kernels
