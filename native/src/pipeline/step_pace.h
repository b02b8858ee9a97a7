// How far the host runs ahead of a card: without a wait all steps of a run would be given to it at
// once, and neither progress nor a wish to stop would mean anything.
#pragma once

#include <utility>
#include <vector>

#include "torch/cuda_event.h"

namespace reflectionflow {

class StepPace {
 public:
  // Null runtime: steps are done when they return.
  StepPace(CudaRuntime* runtime, void* stream) : stream_(stream) {
    if (!runtime) return;
    for (int i = 0; i < 2; ++i) behind_.emplace_back(*runtime);
  }

  // Behind a step's work: returns when the step before is done, so that the card is never idle.
  void step_was_given() {
    if (behind_.empty()) return;
    behind_[0].record(stream_);
    std::swap(behind_[0], behind_[1]);
    behind_[0].wait();
  }

 private:
  void* stream_;
  std::vector<CudaEvent> behind_;  // the step before and the one before that, or none
};

}  // namespace reflectionflow
