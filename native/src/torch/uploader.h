// Weights from mapped files to a card: while one half of a pinned buffer travels, the other is
// filled, so that reading the file and the bus work side by side.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "torch/cuda_event.h"

namespace reflectionflow {

class Uploader {
 public:
  // Copies go into this stream; `half` is the bytes of each half of the pinned buffer.
  Uploader(CudaRuntime& runtime, void* stream, int64_t half = int64_t{64} << 20);
  ~Uploader();
  Uploader(const Uploader&) = delete;
  Uploader& operator=(const Uploader&) = delete;

  // Returns when the host memory has been read, not when it has arrived; what the stream does next
  // sees it.
  void copy(void* to, const void* from, int64_t bytes);

 private:
  struct FreePinned {
    CudaRuntime* runtime;
    void operator()(char* memory) const { runtime->free_pinned(memory); }
  };
  struct Half {
    char* memory = nullptr;
    CudaEvent sent;  // behind its last copy
  };

  void turn();

  CudaRuntime& runtime_;
  void* stream_;
  int64_t size_;
  std::unique_ptr<char, FreePinned> pinned_;
  std::array<Half, 2> halves_;
  int current_ = 0;
  int64_t used_ = 0;  // bytes of the current half
};

}  // namespace reflectionflow
