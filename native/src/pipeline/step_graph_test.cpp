// Captured steps do what plain ones do, and give way where they cannot.
#include "pipeline/step_graph.h"

#include <stdexcept>

#include "common/check.h"
#include "torch/fake_cuda_runtime.h"

namespace reflectionflow {
namespace {

// A run of steps on a fake card; the step adds one to `sum` when its work is done.
struct Run {
  explicit Run(FakeCudaRuntime& runtime) : runtime(runtime), graph(&runtime, nullptr) {}

  void step() {
    graph.run([this] { work(); }, ++turn, left--);
  }
  void work() {
    ++described;
    runtime.put([this] { ++sum; });
  }
  int done() {
    runtime.wait();
    return sum;
  }

  FakeCudaRuntime& runtime;
  StepGraph graph;
  int64_t turn = 7, left = 100;
  int described = 0, sum = 0;
};

TEST(three_plain_steps_then_one_capture_then_launches) {
  FakeCudaRuntime runtime;
  Run run(runtime);
  for (int i = 1; i <= 10; ++i) {
    run.step();
    CHECK_THAT(run.done() == i, i);
    CHECK_THAT(runtime.captures == (i > 3 ? 1 : 0), i);
  }
  CHECK(run.described == 4);
  CHECK(run.graph.launches() == 7);
  CHECK(run.graph.failure().empty());
}

TEST(without_a_card_every_step_is_plain) {
  StepGraph graph(nullptr, nullptr);
  int steps = 0;
  for (int64_t turn = 1; turn <= 6; ++turn) graph.run([&] { ++steps; }, turn, 100);
  CHECK(steps == 6 && graph.launches() == 0);
}

TEST(an_interruption_drops_the_graph_and_costs_one_plain_step) {
  FakeCudaRuntime runtime;
  Run run(runtime);
  for (int i = 0; i < 5; ++i) run.step();
  CHECK(runtime.graphs.size() == 1);
  ++run.turn;  // something else was computed
  run.step();
  CHECK(runtime.graphs.empty() && runtime.captures == 1);
  run.step();
  CHECK(runtime.graphs.size() == 1 && runtime.captures == 2);
  CHECK(run.done() == 7);
}

TEST(runs_that_take_turns_never_capture) {
  FakeCudaRuntime runtime;
  Run run(runtime);
  for (int i = 0; i < 8; ++i) {
    ++run.turn;
    run.step();
  }
  CHECK(run.done() == 8 && runtime.captures == 0);
}

TEST(too_few_steps_are_not_worth_a_capture) {
  for (const int64_t steps : {1, 4, 5, 6, 7}) {
    FakeCudaRuntime runtime;
    Run run(runtime);
    run.left = steps;
    for (int64_t i = 0; i < steps; ++i) run.step();
    CHECK_THAT(run.done() == steps, steps);
    CHECK_THAT(runtime.captures == (steps < 6 ? 0 : 1), steps);
  }
}

TEST(a_graph_that_is_there_takes_the_last_steps_too) {
  FakeCudaRuntime runtime;
  Run run(runtime);
  run.left = 6;
  for (int i = 0; i < 6; ++i) run.step();
  CHECK(run.done() == 6 && run.graph.launches() == 3);
}

TEST(a_step_that_records_is_plain) {
  FakeCudaRuntime runtime;
  Run run(runtime);
  for (int i = 0; i < 5; ++i) run.step();
  run.graph.run_plain([&] { run.work(); });
  CHECK(runtime.graphs.empty());
  CHECK(run.done() == 6);
}

TEST(a_spoilt_capture_falls_back_and_says_why) {
  FakeCudaRuntime runtime;
  runtime.refuse_end = true;
  Run run(runtime);
  for (int i = 0; i < 6; ++i) run.step();
  CHECK(run.done() == 6);
  CHECK(runtime.captures == 1 && !runtime.capturing && runtime.graphs.empty());
  CHECK(run.graph.failure() == "DEVICE: the capture was spoilt");
}

TEST(a_capture_that_cannot_begin_falls_back) {
  FakeCudaRuntime runtime;
  runtime.refuse_begin = true;
  Run run(runtime);
  for (int i = 0; i < 6; ++i) run.step();
  CHECK(run.done() == 6);
  CHECK(runtime.captures == 0);
  CHECK(run.graph.failure() == "DEVICE: no capture");
}

TEST(a_step_that_cannot_be_captured_ends_the_capture_and_is_taken_plainly) {
  FakeCudaRuntime runtime;
  StepGraph graph(&runtime, nullptr);
  int steps = 0;
  for (int64_t turn = 1; turn <= 6; ++turn) {
    graph.run(
        [&] {
          if (runtime.capturing) throw std::runtime_error("this waits\nfor the host");
          ++steps;
        },
        turn, 100);
  }
  CHECK(steps == 6 && !runtime.capturing && runtime.graphs.empty());
  CHECK(graph.failure() == "this waits for the host");
}

TEST(the_graph_dies_with_its_run) {
  FakeCudaRuntime runtime;
  {
    Run run(runtime);
    for (int i = 0; i < 5; ++i) run.step();
    CHECK(runtime.graphs.size() == 1);
    run.done();
  }
  CHECK(runtime.graphs.empty());
}

}  // namespace
}  // namespace reflectionflow
