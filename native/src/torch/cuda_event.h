// A point in a stream that the host can wait for.
#pragma once

#include <memory>

#include "torch/cuda_runtime.h"

namespace reflectionflow {

class CudaEvent {
 public:
  explicit CudaEvent(CudaRuntime& runtime) : event_(runtime.create_event(), {&runtime}) {}

  // Behind all that the stream was given so far.
  void record(void* stream) { runtime().record_event(event_.get(), stream); }
  // Until the stream has come to the point recorded last; not at all where there is none.
  void wait() { runtime().wait_for_event(event_.get()); }

 private:
  struct Destroy {
    CudaRuntime* runtime;
    void operator()(void* event) const { runtime->destroy_event(event); }
  };

  CudaRuntime& runtime() { return *event_.get_deleter().runtime; }

  std::unique_ptr<void, Destroy> event_;
};

}  // namespace reflectionflow
