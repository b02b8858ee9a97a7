// The tensor-core kernels without a GPU: the suite that they must pass on one, run by models of
// their hardware over the kernels' own tiles, addresses, descriptors, fragments, softmax and
// schedule.
#include "joint_attention/joint_attention_cases.h"
#include "joint_attention/sm80_emulation.h"
#include "joint_attention/sm90_simulation.h"

namespace reflectionflow::kernels {
namespace {

template <typename T>
void emulate(const JointAttention& op, const JointAttentionLaunch& plan, uint64_t seed) {
  for (int block = 0; block < plan.grid_x; ++block) {
    if (plan.kernel == JointAttentionKernel::kSm90)
      simulate_sm90<T>(op, plan, block, seed);
    else if (sm80_padded_head(op.head_size) == 64)
      Sm80Model<T, 64>(op).run(block);
    else
      Sm80Model<T, 128>(op).run(block);
  }
}

// Each call on another order of events. The card has three multiprocessors, so that a persistent
// block goes on to a second tile.
Launch emulated(JointAttentionKernel kernel) {
  return [=, seed = uint64_t{0}](const JointAttention& op, Stream) mutable {
    const JointAttentionLaunch plan = joint_attention_launch(op, kernel, {90, 3});
    ++seed;
    return op.dtype == DType::kBFloat16 ? emulate<BFloat16>(op, plan, seed)
                                        : emulate<Float16>(op, plan, seed);
  };
}

void run_emulated(JointAttentionKernel kernel, const std::vector<int64_t>& hidden_key_heads) {
  for (const DType dtype : {DType::kBFloat16, DType::kFloat16}) {
    int count = 0;
    for (const KernelCase& test : cases(emulated(kernel))) {
      if (kernel >
          fastest_joint_attention_kernel({90, 132, 90}, dtype, test.inputs[0].layout.width))
        continue;
      run_case(test, cpu_device(), dtype);
      ++count;
    }
    CHECK_THAT(count >= 8, count << " cases of " << name_of(kernel));
    for (const int64_t head_size : hidden_key_heads)
      check_hidden_keys(emulated(kernel), head_size, dtype, cpu_device());
  }
}

TEST(sm80_equals_the_formula) { run_emulated(JointAttentionKernel::kSm80, {16, 72, 128}); }

TEST(sm90_equals_the_formula) { run_emulated(JointAttentionKernel::kSm90, {128}); }

// Deadlocks and races of the Hopper kernel's schedule need an unlucky order of events.
TEST(no_order_of_events_changes_a_result) {
  const Launch launch = emulated(JointAttentionKernel::kSm90);
  const KernelCase test = make_case(launch, {"orders", 1, 1, 128, {130, 270, 3}});
  const CaseRun first = launch_case(test, cpu_device(), DType::kBFloat16, "orders");
  for (int order = 0; order < 12; ++order) {
    const CaseRun run = launch_case(test, cpu_device(), DType::kBFloat16, "orders");
    CHECK_THAT(run.bytes == first.bytes, "order " << order);
  }
}

}  // namespace
}  // namespace reflectionflow::kernels
