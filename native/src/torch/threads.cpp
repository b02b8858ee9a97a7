// OpenMP's number belongs to the calling thread and serves our kernels, LibTorch's loops and
// oneDNN; OpenBLAS has its own.
#include "torch/threads.h"

#include <dlfcn.h>
#include <omp.h>

#include "torch/ops.h"

namespace reflectionflow {
namespace {

// LibTorch's OpenBLAS, if that is what it multiplies float32 with; it is loaded already, or not
// there at all.
struct OpenBlas {
  void* library = dlopen("libopenblas.so.0", RTLD_LAZY | RTLD_NOLOAD);
  int (*get_threads)() = function<int (*)()>("openblas_get_num_threads");
  void (*set_threads)(int) = function<void (*)(int)>("openblas_set_num_threads");

  template <typename F>
  F function(const char* name) const {
    return library ? reinterpret_cast<F>(dlsym(library, name)) : nullptr;
  }
};

// Before its first loop in a thread LibTorch sets OpenMP's number to one of its own choice. An
// operator that is just large enough to be a loop brings that behind us.
void pass_first_loop() {
  thread_local bool passed = false;
  if (passed) return;
  const Tensor enough = Tensor::empty({1 << 15}, ScalarType::kFloat32);
  ops::silu(enough);
  passed = true;
}

}  // namespace

void use_threads(int threads) {
  static const OpenBlas blas;
  pass_first_loop();
  omp_set_num_threads(threads);
  // Setting it is not free there: threads are started and joined.
  if (blas.set_threads && blas.get_threads && blas.get_threads() != threads) {
    blas.set_threads(threads);
  }
}

}  // namespace reflectionflow
