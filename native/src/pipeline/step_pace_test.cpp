// A card has always something to do, and never more than one step that the host does not wait for.
#include "pipeline/step_pace.h"

#include "common/check.h"
#include "torch/fake_cuda_runtime.h"

namespace reflectionflow {
namespace {

TEST(the_step_before_is_done_when_the_next_one_is_given) {
  FakeCudaRuntime runtime;
  {
    StepPace pace(&runtime, nullptr);
    int done = 0;
    for (int step = 1; step <= 5; ++step) {
      runtime.put([&] { ++done; });
      pace.step_was_given();
      CHECK_THAT(done == step - 1, step);
    }
  }
  CHECK(runtime.events == 0);
}

TEST(without_a_card_there_is_nothing_to_wait_for) { StepPace(nullptr, nullptr).step_was_given(); }

}  // namespace
}  // namespace reflectionflow
