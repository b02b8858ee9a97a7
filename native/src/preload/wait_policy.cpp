// Loaded before libgomp and OpenBLAS, which read their environment once: threads that wait for the
// next loop or product sleep unless the user says otherwise. Spinning ones would take the cores that the caller's own
// threads, or another engine, compute on; Java cannot set the environment of its process, and
// LibTorch's C ABI has no function for it.
#include <cstdlib>

namespace {

__attribute__((constructor)) void let_waiting_threads_sleep() {
  if (std::getenv("GOMP_SPINCOUNT") == nullptr) setenv("OMP_WAIT_POLICY", "PASSIVE", 0);
  setenv("OPENBLAS_THREAD_TIMEOUT", "4", 0);  // the logarithm of the clock ticks that it spins for
}

}  // namespace
