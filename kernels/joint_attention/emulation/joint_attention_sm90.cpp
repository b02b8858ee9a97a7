// Hopper's kernel where kernels are compiled for the CPU: wgmma and TMA are not emulated, and the
// emulated card, an A100, does not ask for them.
#include <stdexcept>

#include "joint_attention/joint_attention_kernels.h"

namespace reflectionflow::kernels {

int joint_attention_sm90_code() { return 0; }

void joint_attention_sm90(const JointAttention&, const JointAttentionLaunch&, Stream) {
  throw std::logic_error("joint_attention: sm90 is not emulated");
}

}  // namespace reflectionflow::kernels
