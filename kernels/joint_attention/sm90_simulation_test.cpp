// Hopper's kernel without a GPU: the suite that it must pass on one, run by a model of the hardware
// over the kernel's own tiles, addresses, descriptors, fragments, softmax and schedule.
#include "joint_attention/sm90_simulation.h"

#include "joint_attention/joint_attention_cases.h"

namespace reflectionflow::kernels {
namespace {

// Each call on another order of events. The card has three multiprocessors, so that a persistent
// block goes on to a second tile.
Launch simulated() {
  return [seed = uint64_t{0}](const JointAttention& op, Stream) mutable {
    const JointAttentionLaunch plan =
        joint_attention_launch(op, JointAttentionKernel::kSm90, {90, 3});
    ++seed;
    for (int block = 0; block < plan.grid_x; ++block) {
      if (op.dtype == DType::kBFloat16)
        simulate_sm90<BFloat16>(op, plan, block, seed);
      else
        simulate_sm90<Float16>(op, plan, block, seed);
    }
  };
}

TEST(equals_the_formula) {
  for (const DType dtype : {DType::kBFloat16, DType::kFloat16}) {
    int count = 0;
    for (const KernelCase& test : cases(simulated())) {
      if (test.inputs[0].layout.width != kSm90Head) continue;
      run_case(test, cpu_device(), dtype);
      ++count;
    }
    CHECK_THAT(count >= 8, count << " cases");
    check_hidden_keys(simulated(), kSm90Head, dtype, cpu_device());
  }
}

// Deadlocks and races of the schedule need an unlucky order of events.
TEST(no_order_of_events_changes_a_result) {
  const Launch launch = simulated();
  const KernelCase test = make_case(launch, {"orders", 1, 1, 128, {130, 270, 3}});
  const CaseRun first = launch_case(test, cpu_device(), DType::kBFloat16, "orders");
  for (int order = 0; order < 12; ++order) {
    const CaseRun run = launch_case(test, cpu_device(), DType::kBFloat16, "orders");
    CHECK_THAT(run.bytes == first.bytes, "order " << order);
  }
}

}  // namespace
}  // namespace reflectionflow::kernels
