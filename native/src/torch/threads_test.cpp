// The number of threads holds for LibTorch's loops from the first one on, and for OpenBLAS.
#include "torch/threads.h"

#include <dlfcn.h>
#include <omp.h>

#include <thread>

#include "common/check.h"
#include "torch/ops.h"

namespace reflectionflow {
namespace {

// In a thread of its own, because LibTorch's first loop in a thread is the one that changes the
// number.
int after_first_loop(int threads) {
  int seen = 0;
  std::thread fresh([&] {
    use_threads(threads);
    ops::silu(Tensor::empty({1 << 20}, ScalarType::kFloat32));
    seen = omp_get_max_threads();
  });
  fresh.join();
  return seen;
}

TEST(the_number_outlives_the_first_loop) {
  CHECK(after_first_loop(1) == 1);
  CHECK(after_first_loop(3) == 3);
}

TEST(openblas_takes_the_same_number) {
  void* library = dlopen("libopenblas.so.0", RTLD_LAZY | RTLD_NOLOAD);
  if (!library) return;  // this LibTorch multiplies with something else
  const auto threads = reinterpret_cast<int (*)()>(dlsym(library, "openblas_get_num_threads"));
  for (const int number : {1, 2}) {
    use_threads(number);
    CHECK(threads() == number);
  }
}

}  // namespace
}  // namespace reflectionflow
