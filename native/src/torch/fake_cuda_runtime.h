// A card for tests: its memory is the host's, and what is put into its one stream happens as late
// as CUDA allows, which is when somebody waits for it.
#pragma once

#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <vector>

#include "error.h"
#include "torch/cuda_runtime.h"

namespace reflectionflow {

class FakeCudaRuntime final : public CudaRuntime {
 public:
  using Work = std::function<void()>;

  // Work of a kernel: done later, or recorded while a capture is under way.
  void put(Work work) {
    if (capturing) {
      graphs[next_].push_back(std::move(work));
    } else {
      stream_.push_back(std::move(work));
    }
  }

  // Until all of it is done.
  void wait() { drain(-1); }

  int card_count() override { return 1; }
  Card card(int) override { return {"a card for tests", 9, 0, int64_t{1} << 30}; }
  void use_card(int) override {}
  int current_card() override { return 0; }
  Memory memory() override { return {int64_t{1} << 20, int64_t{1} << 30}; }

  void copy(void* to, const void* from, int64_t bytes, void*) override {
    put([=] { std::memcpy(to, from, static_cast<size_t>(bytes)); });
  }
  void* allocate_pinned(int64_t bytes) override {
    ++pinned;
    return new char[static_cast<size_t>(bytes)];
  }
  void free_pinned(void* memory) noexcept override {
    --pinned;
    delete[] static_cast<char*>(memory);
  }

  void* create_event() override {
    if (events == most_events) throw Error(ErrorCode::kDevice, "no event");
    ++events;
    return new int64_t(0);
  }
  void destroy_event(void* event) noexcept override {
    --events;
    delete static_cast<int64_t*>(event);
  }
  void record_event(void* event, void*) override {
    *static_cast<int64_t*>(event) = done_ + static_cast<int64_t>(stream_.size());
  }
  void wait_for_event(void* event) override { drain(*static_cast<int64_t*>(event)); }

  void begin_capture(void*) override {
    if (refuse_begin) throw Error(ErrorCode::kDevice, "no capture");
    capturing = true;
    ++next_;
    graphs[next_];
  }
  void* end_capture(void*) override {
    capturing = false;
    ++captures;
    if (refuse_end) {
      graphs.erase(next_);
      throw Error(ErrorCode::kDevice, "the capture was spoilt");
    }
    return reinterpret_cast<void*>(next_);
  }
  void launch_graph(void* graph, void*) override {
    for (const Work& work : graphs.at(reinterpret_cast<intptr_t>(graph))) put(work);
  }
  void destroy_graph(void* graph) noexcept override {
    graphs.erase(reinterpret_cast<intptr_t>(graph));
  }

  bool capturing = false, refuse_begin = false, refuse_end = false;
  int captures = 0, pinned = 0, events = 0, most_events = 100;
  std::map<intptr_t, std::vector<Work>> graphs;  // alive

 private:
  // What was put in up to this count of works, or all.
  void drain(int64_t until) {
    while (!stream_.empty() && (until < 0 || done_ < until)) {
      stream_.front()();
      stream_.pop_front();
      ++done_;
    }
  }

  std::deque<Work> stream_;
  int64_t done_ = 0;
  intptr_t next_ = 0;
};

}  // namespace reflectionflow
