// Plain, plain, plain, capture, launch, launch, ...; back to plain where a capture fails or would
// come too late.
#include "pipeline/step_graph.h"

#include <algorithm>
#include <exception>

#include "error.h"

namespace reflectionflow {

void StepGraph::run(const std::function<void()>& step, int64_t turn, int64_t left) {
  const bool interrupted = turn != last_turn_ + 1;
  last_turn_ = turn;
  if (!runtime_ || !failure_.empty()) return step();
  if (interrupted) {
    drop();
    // Two runs that take turns would capture at every step.
    warm_ = std::min(warm_, kWarmUp - 1);
  }
  if (!graph_ && (warm_ < kWarmUp || left < kWorthACapture)) {
    step();
    ++warm_;
    return;
  }
  if (!graph_ && !capture(step)) return step();
  runtime_->launch_graph(graph_, stream_);
  ++launches_;
}

void StepGraph::run_plain(const std::function<void()>& step) {
  drop();
  step();
}

bool StepGraph::capture(const std::function<void()>& step) {
  try {
    runtime_->begin_capture(stream_);
    try {
      step();
    } catch (const std::exception& error) {
      failure_ = error.what();
    }
    // Always, so that the stream computes again.
    graph_ = runtime_->end_capture(stream_);
  } catch (const std::exception& error) {
    if (failure_.empty()) failure_ = error.what();
  }
  failure_ = one_line(failure_);
  if (!failure_.empty()) drop();
  return graph_ != nullptr;
}

void StepGraph::drop() {
  if (graph_) runtime_->destroy_graph(graph_);
  graph_ = nullptr;
}

}  // namespace reflectionflow
