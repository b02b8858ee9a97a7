// What we ask of CUDA itself, behind an interface: the linked runtime where nvcc built us, a
// stand-in in the tests of what uses it.
#pragma once

#include <cstdint>
#include <string>

namespace reflectionflow {

// Every function throws DEVICE with CUDA's own words where CUDA refuses. Streams, events and graphs
// are CUDA's handles. The current device is the calling thread's.
class CudaRuntime {
 public:
  struct Card {
    std::string name;
    int major = 0, minor = 0;  // compute capability
    int64_t total_bytes = 0;
  };
  struct Memory {
    int64_t free = 0, total = 0;  // bytes
  };

  virtual ~CudaRuntime() = default;

  virtual int card_count() = 0;  // throws where the driver is missing or too old
  virtual Card card(int index) = 0;
  virtual void use_card(int index) = 0;  // makes it the current one
  virtual int current_card() = 0;
  virtual Memory memory() = 0;  // of the current device

  virtual void copy(void* to, const void* from, int64_t bytes, void* stream) = 0;
  virtual void* allocate_pinned(int64_t bytes) = 0;  // host memory that copies run beside us from
  virtual void free_pinned(void* memory) noexcept = 0;

  virtual void* create_event() = 0;
  virtual void destroy_event(void* event) noexcept = 0;
  virtual void record_event(void* event, void* stream) = 0;
  virtual void wait_for_event(void* event) = 0;

  // What this thread puts into the stream from begin to end becomes a graph that can be launched;
  // end_capture always ends the capture and throws where it was spoilt.
  virtual void begin_capture(void* stream) = 0;
  virtual void* end_capture(void* stream) = 0;
  virtual void launch_graph(void* graph, void* stream) = 0;
  virtual void destroy_graph(void* graph) noexcept = 0;
};

// The one that is linked in; throws DEVICE where the build had no nvcc.
CudaRuntime& linked_cuda_runtime();

}  // namespace reflectionflow
