// An engine's place to compute: the CPU, or a card with a stream of its own.
#pragma once

#include <memory>
#include <string>

#include "torch/cuda_functions.h"
#include "torch/cuda_runtime.h"
#include "torch/tensor.h"
#include "torch/uploader.h"

namespace reflectionflow {

class DeviceSession {
 public:
  // Throws DEVICE naming what a card lacks: this build's kernels, LibTorch's CUDA library, a
  // driver, or the card itself. There is no fallback to the CPU.
  explicit DeviceSession(const Device& device);
  // The CPU's, whose steps a stand-in for CUDA counts: for tests of what uses it.
  explicit DeviceSession(CudaRuntime& runtime) : runtime_(&runtime) {}
  ~DeviceSession();

  const Device& device() const { return device_; }
  CudaRuntime* runtime() const { return runtime_; }  // null on the CPU
  void* stream() const { return stream_; }

  // The number that its latest guard drew: those of two guards follow each other where no session
  // of the process was entered between.
  int64_t turn() const { return turn_; }

  // Throws DEVICE where it is a card without products of eight-bit floats.
  void require_float8() const;

  // While it lives, the calling thread computes in the session's stream. Draws a number for it, one
  // more than the last of any session: streams share LibTorch's memory of a card.
  class Guard {
   public:
    explicit Guard(const DeviceSession& session);
    ~Guard();
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;

   private:
    CudaStreamGuardOpaque* guard_ = nullptr;
  };

  // The tensor where the session computes; on the CPU the same memory, which a mapped file may own.
  Tensor place(const Tensor& host);
  void end_placing() { uploader_.reset(); }  // gives the pinned memory back

  // free_memory_text() of the card, nothing on the CPU: for errors.
  std::string memory_text() const;

 private:
  void require_memory() const;

  Device device_;
  CudaRuntime* runtime_ = nullptr;
  void* stream_ = nullptr;
  mutable int64_t turn_ = 0;
  std::unique_ptr<Uploader> uploader_;
};

// Such as " (cuda:0 has 120 of 81559 MiB free)". Java reads it.
std::string free_memory_text(const Device& device, const CudaRuntime::Memory& memory);

// Lines of "key=value" on what of CUDA is there.
std::string about_cuda();

}  // namespace reflectionflow
