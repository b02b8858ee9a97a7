// Loaded before libgomp, which reads its environment once: threads that wait for the next loop
// sleep unless the user says otherwise. Spinning ones would take the cores that the caller's own
// threads, or another engine, compute on; Java cannot set the environment of its process, and
// LibTorch's C ABI has no function for it.
#include <cstdlib>

namespace {

__attribute__((constructor)) void let_waiting_threads_sleep() {
  if (std::getenv("GOMP_SPINCOUNT") == nullptr) setenv("OMP_WAIT_POLICY", "PASSIVE", 0);
}

}  // namespace
