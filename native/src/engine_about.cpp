// What the native side says of itself, without an engine.
#include <omp.h>

#include <cstdlib>

#include "engine.h"
#include "torch/device_session.h"
#include "torch/tensor.h"
#include "torch/version.h"

namespace reflectionflow {
namespace {

// What OpenMP's threads do between loops, in its own words; see preload/wait_policy.cpp.
std::string wait_policy() {
  const char* policy = std::getenv("OMP_WAIT_POLICY");
  return policy ? policy : "default";
}

}  // namespace

std::string Engine::about() {
  check_version(aoti_torch_abi_version());
  return "libtorch=" + version_text(aoti_torch_abi_version()) +
         "\nprocessors=" + std::to_string(omp_get_num_procs()) + "\nwaiting=" + wait_policy() +
         "\n" + about_cuda();
}

int64_t Engine::handles_created() { return Tensor::handles_created(); }

int64_t Engine::handles_alive() { return Tensor::handles_alive(); }

}  // namespace reflectionflow
