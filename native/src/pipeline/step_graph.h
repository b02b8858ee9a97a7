// A denoising step as a CUDA graph: recorded once, then started as a whole.
//
// Memory that a step takes and gives back within itself stays LibTorch's to hand out again. So a
// graph is used only while nothing else computes in this process; after an interruption it is
// dropped and made anew.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "torch/cuda_runtime.h"

namespace reflectionflow {

class StepGraph {
 public:
  // Null runtime: steps are never captured.
  StepGraph(CudaRuntime* runtime, void* stream) : runtime_(runtime), stream_(stream) {}
  ~StepGraph() { drop(); }
  StepGraph(const StepGraph&) = delete;
  StepGraph& operator=(const StepGraph&) = delete;

  // Runs the step, which must use the same memory every time. turn counts what sessions have
  // computed: the next number means that nothing came between. left counts the run's steps from
  // this one on: too few are not worth a capture.
  void run(const std::function<void()>& step, int64_t turn, int64_t left);
  // Runs a step that does more than the others, such as copying records to the host.
  void run_plain(const std::function<void()>& step);

  int64_t launches() const { return launches_; }
  // Why steps are not captured any more, in one line; empty where nothing failed.
  const std::string& failure() const { return failure_; }

 private:
  static constexpr int kWarmUp = 3;  // LibTorch makes handles and workspaces in its first calls
  static constexpr int64_t kWorthACapture = 3;  // launched once it costs more than it saves

  bool capture(const std::function<void()>& step);
  void drop();

  CudaRuntime* runtime_;
  void* stream_;
  void* graph_ = nullptr;
  int warm_ = 0;           // plain steps so far
  int64_t last_turn_ = 0;  // at the last step
  int64_t launches_ = 0;
  std::string failure_;
};

}  // namespace reflectionflow
