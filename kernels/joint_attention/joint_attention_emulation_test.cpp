// The tensor-core kernels' index arithmetic against joint attention's formula, without a GPU: the
// suite that the kernels must pass on one, run by their emulation.
#include "joint_attention/joint_attention_emulation.h"

#include "joint_attention/joint_attention_cases.h"

namespace reflectionflow::kernels {
namespace {

void run_emulated(JointAttentionKernel kernel, const std::vector<int64_t>& hidden_key_heads) {
  const Launch launch = [=](const JointAttention& op, Stream) { emulate(op, kernel); };
  for (const DType dtype : {DType::kBFloat16, DType::kFloat16}) {
    int count = 0;
    for (const KernelCase& test : cases(launch)) {
      if (kernel > fastest_joint_attention(90, dtype, test.inputs[0].layout.width)) continue;
      run_case(test, cpu_device(), dtype);
      ++count;
    }
    CHECK_THAT(count >= 8, count << " cases of " << name_of(kernel));
    for (const int64_t head_size : hidden_key_heads)
      check_hidden_keys(launch, head_size, dtype, cpu_device());
  }
}

TEST(sm80_equals_the_formula) { run_emulated(JointAttentionKernel::kSm80, {16, 72, 128}); }

TEST(sm90_equals_the_formula) { run_emulated(JointAttentionKernel::kSm90, {128}); }

}  // namespace
}  // namespace reflectionflow::kernels
