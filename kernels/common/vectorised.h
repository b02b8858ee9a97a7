// Runs one text of a loop with the widest vectors that the processor has: the build itself assumes
// none of them.
#pragma once

#include "common/element.h"

namespace reflectionflow::kernels {

enum class VectorPath : int32_t {
  kPortable,  // any processor
  kAvx2,      // AVX2 and FMA
  kAvx512,    // AVX-512 F, BW, DQ and VL
};
constexpr VectorPath kVectorPaths[] = {VectorPath::kPortable, VectorPath::kAvx2,
                                       VectorPath::kAvx512};

const char* name_of(VectorPath path);

// Whether this processor can take the path.
bool vector_path_runs(VectorPath path);

// Whether this processor has AVX-512 BF16 besides the path kAvx512: products of bfloat16 pairs.
bool avx512_bf16_runs();

// The widest that runs, unless one is forced.
VectorPath vector_path();

// Tests and benches force a path while one of these lives, to check and to time each on one
// machine.
class ForcedVectorPath {
 public:
  explicit ForcedVectorPath(VectorPath path);
  ~ForcedVectorPath();
  ForcedVectorPath(const ForcedVectorPath&) = delete;
  ForcedVectorPath& operator=(const ForcedVectorPath&) = delete;

 private:
  VectorPath before_;
};

#if defined(__x86_64__)
// The instruction sets of the paths: no more than vector_path_runs asks for.
#define KERNEL_AVX2 __attribute__((target("avx2,fma")))
#define KERNEL_AVX512 \
  __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,prefer-vector-width=512")))

template <typename Loop, typename... Arguments>
KERNEL_AVX2 __attribute__((flatten)) void run_avx2(const Loop& loop, Arguments... arguments) {
  loop(arguments...);
}

template <typename Loop, typename... Arguments>
KERNEL_AVX512 __attribute__((flatten)) void run_avx512(const Loop& loop, Arguments... arguments) {
  loop(arguments...);
}
#endif

// Calls loop(arguments...), which takes the path's instruction set along with every KERNEL_INLINE
// function in it. It must be called inside a parallel region, for a row or a block: a parallel
// loop's body is a function of its own, which would keep the build's instruction set.
template <typename Loop, typename... Arguments>
void vectorised(const Loop& loop, Arguments... arguments) {
#if defined(__x86_64__)
  const VectorPath path = vector_path();
  if (path == VectorPath::kAvx512) return run_avx512(loop, arguments...);
  if (path == VectorPath::kAvx2) return run_avx2(loop, arguments...);
#endif
  loop(arguments...);
}

}  // namespace reflectionflow::kernels
