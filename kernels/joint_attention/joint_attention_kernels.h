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

}  // namespace reflectionflow::kernels
