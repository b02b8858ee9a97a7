// The launchers of joint attention's CUDA kernels, each for the plan that names it.
#pragma once

#include "joint_attention/joint_attention_cuda.h"

namespace reflectionflow::kernels {

void joint_attention_plain(const JointAttention& op, const JointAttentionLaunch& plan,
                           Stream stream);
void joint_attention_sm80(const JointAttention& op, const JointAttentionLaunch& plan,
                          Stream stream);
void joint_attention_sm90(const JointAttention& op, const JointAttentionLaunch& plan,
                          Stream stream);

// The architecture that joint_attention_sm90 is compiled for on the current device of capability
// 9.0: that of the PTX where the driver compiled it.
int joint_attention_sm90_code();

}  // namespace reflectionflow::kernels
