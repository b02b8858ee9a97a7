// CUDA's runtime, linked statically: LibTorch has its own, and both see the same contexts and
// streams of the driver.
#include "torch/cuda_runtime.h"

#include "error.h"

#if REFLECTIONFLOW_CUDA
#include <cuda_runtime_api.h>
#endif

namespace reflectionflow {

#if REFLECTIONFLOW_CUDA
namespace {

void require(const char* what, cudaError_t result) {
  if (result == cudaSuccess) return;
  cudaGetLastError();  // forgets it, where it can be forgotten
  throw Error(ErrorCode::kDevice, std::string("CUDA: ") + what + ": " + cudaGetErrorString(result));
}

cudaStream_t stream_of(void* handle) { return static_cast<cudaStream_t>(handle); }
cudaEvent_t event_of(void* handle) { return static_cast<cudaEvent_t>(handle); }

class LinkedCudaRuntime final : public CudaRuntime {
 public:
  int card_count() override {
    int driver = 0, count = 0;
    require("asking for the driver's version", cudaDriverGetVersion(&driver));
    if (driver == 0) throw Error(ErrorCode::kDevice, "CUDA: there is no driver for cards here");
    require("counting the cards", cudaGetDeviceCount(&count));
    return count;
  }

  Card card(int index) override {
    cudaDeviceProp properties{};
    require("describing a card", cudaGetDeviceProperties(&properties, index));
    return {properties.name, properties.major, properties.minor,
            static_cast<int64_t>(properties.totalGlobalMem)};
  }

  void use_card(int index) override { require("choosing a card", cudaSetDevice(index)); }

  int current_card() override {
    int index = 0;
    require("asking for the current card", cudaGetDevice(&index));
    return index;
  }

  Memory memory() override {
    size_t free = 0, total = 0;
    require("asking for free memory", cudaMemGetInfo(&free, &total));
    return {static_cast<int64_t>(free), static_cast<int64_t>(total)};
  }

  void copy(void* to, const void* from, int64_t bytes, void* stream) override {
    require("copying", cudaMemcpyAsync(to, from, static_cast<size_t>(bytes), cudaMemcpyDefault,
                                       stream_of(stream)));
  }

  void* allocate_pinned(int64_t bytes) override {
    void* memory = nullptr;
    require("pinning memory",
            cudaHostAlloc(&memory, static_cast<size_t>(bytes), cudaHostAllocDefault));
    return memory;
  }

  void free_pinned(void* memory) noexcept override { cudaFreeHost(memory); }

  void* create_event() override {
    cudaEvent_t event = nullptr;
    require("making an event", cudaEventCreateWithFlags(&event, cudaEventDisableTiming));
    return event;
  }

  void destroy_event(void* event) noexcept override { cudaEventDestroy(event_of(event)); }

  void record_event(void* event, void* stream) override {
    require("recording an event", cudaEventRecord(event_of(event), stream_of(stream)));
  }

  void wait_for_event(void* event) override {
    require("waiting for an event", cudaEventSynchronize(event_of(event)));
  }

  void begin_capture(void* stream) override {
    require("beginning a capture",
            cudaStreamBeginCapture(stream_of(stream), cudaStreamCaptureModeThreadLocal));
  }

  void* end_capture(void* stream) override {
    cudaGraph_t graph = nullptr;
    require("ending a capture", cudaStreamEndCapture(stream_of(stream), &graph));
    cudaGraphExec_t runnable = nullptr;
    const cudaError_t result = cudaGraphInstantiateWithFlags(&runnable, graph, 0);
    cudaGraphDestroy(graph);
    require("instantiating a graph", result);
    return runnable;
  }

  void launch_graph(void* graph, void* stream) override {
    require("launching a graph",
            cudaGraphLaunch(static_cast<cudaGraphExec_t>(graph), stream_of(stream)));
  }

  void destroy_graph(void* graph) noexcept override {
    cudaGraphExecDestroy(static_cast<cudaGraphExec_t>(graph));
  }
};

}  // namespace

CudaRuntime& linked_cuda_runtime() {
  static LinkedCudaRuntime runtime;
  return runtime;
}

#else

CudaRuntime& linked_cuda_runtime() {
  throw Error(ErrorCode::kDevice,
              "this build has no CUDA kernels: nvcc was not there to make them");
}

#endif

}  // namespace reflectionflow
