// Benches of kernels that memory bounds: every vector path, LibTorch's operators and a copy of the
// machine's memory.
#pragma once

#include <omp.h>

#include <cstdlib>
#include <cstring>

#include "common/vectorised.h"
#include "kernels/measure.h"
#include "kernels/operands.h"
#include "models/kernel_views.h"

namespace reflectionflow::bench {

// One kernel at one shape. A rival does the same work.
struct MemoryBound {
  std::string shape;
  double bytes;  // each operand read or written once
  std::function<void()> ours;
  std::function<void()> rival = nullptr;
  const char* rival_name = "LibTorch";
};

// Copies more than the caches hold, with as many threads as the kernels.
class MemoryCopy {
 public:
  static constexpr size_t kBytes = size_t{64} << 20;

  void operator()() {
#pragma omp parallel
    {
      const size_t part = kBytes / static_cast<size_t>(omp_get_num_threads());
      const size_t first = part * static_cast<size_t>(omp_get_thread_num());
      std::memcpy(to_.data() + first, from_.data() + first, part);
    }
  }

 private:
  std::vector<char> from_ = std::vector<char>(kBytes, 1), to_ = std::vector<char>(kBytes, 2);
};

// A copy before each call leaves nothing of its operands in the caches.
inline void measure_cold(const char* op, const char* type, const MemoryBound& work, int rounds) {
  static MemoryCopy copy;
  std::vector<Contender> contenders;
  for (const kernels::VectorPath path : kernels::kVectorPaths) {
    if (!kernels::vector_path_runs(path)) continue;
    contenders.push_back({kernels::name_of(path), work.bytes, [&work, path] {
                            const kernels::ForcedVectorPath forced(path);
                            work.ours();
                          }});
  }
  const size_t widest = contenders.size() - 1;
  if (work.rival) contenders.push_back({work.rival_name, work.bytes, work.rival});
  contenders.push_back({"copy", 2.0 * MemoryCopy::kBytes, [] { copy(); }});
  measure(contenders, rounds, [] { copy(); });
  std::printf("%s %s %s, %d threads\n", op, type, work.shape.c_str(), omp_get_max_threads());
  print(contenders, "GB/s");
  if (!work.rival) return;
  std::printf("  %.1f times as fast as %s\n",
              contenders[widest + 1].quantile(0.5) / contenders[widest].quantile(0.5),
              work.rival_name);
}

// Makes the work in a dtype.
using MakeMemoryBound = std::function<MemoryBound(ScalarType type)>;

// <op>_bench [rounds]: each work in each dtype, 21 rounds if nothing is said.
inline int bench_memory_bound(int argc, char** argv, const char* op,
                              const std::vector<MakeMemoryBound>& works) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 21;
  for (const MakeMemoryBound& make : works) {
    for (const ScalarType type :
         {ScalarType::kBFloat16, ScalarType::kFloat32, ScalarType::kFloat16})
      measure_cold(op, name_of(type), make(type), rounds);
  }
  return 0;
}

}  // namespace reflectionflow::bench
