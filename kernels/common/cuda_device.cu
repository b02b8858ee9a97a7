// The GPU that tests and benches run on: one stream, plain allocations, copies that wait.
#include "common/cuda_device.h"
#include "common/cuda_launch.cuh"

namespace reflectionflow::kernels {
namespace {

constexpr const char* kTest = "test";

// One for the process, never destroyed: the driver may be gone before static objects are.
cudaStream_t test_stream() {
  static cudaStream_t stream = [] {
    cudaStream_t made = nullptr;
    require_cuda(kTest, cudaStreamCreateWithFlags(&made, cudaStreamNonBlocking));
    return made;
  }();
  return stream;
}

void* allocate(size_t bytes) {
  void* memory = nullptr;
  require_cuda(kTest, cudaMalloc(&memory, bytes));
  return memory;
}

// Called from destructors: a failure shows at the next call anyway.
void release(void* memory) { cudaFree(memory); }

void upload(void* to, const void* from, size_t bytes) {
  require_cuda(kTest, cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, test_stream()));
  require_cuda(kTest, cudaStreamSynchronize(test_stream()));
}

void download(void* to, const void* from, size_t bytes) {
  require_cuda(kTest, cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToHost, test_stream()));
  require_cuda(kTest, cudaStreamSynchronize(test_stream()));
}

}  // namespace

std::string missing_cuda_device() {
  int count = 0;
  const cudaError_t result = cudaGetDeviceCount(&count);
  if (result != cudaSuccess) return std::string("no GPU: ") + cudaGetErrorString(result);
  return count == 0 ? "no GPU" : "";
}

Device make_cuda_device() {
  return {"cuda", {test_stream(), true}, allocate, release, upload, download, [](int) {}};
}

}  // namespace reflectionflow::kernels
