// softmax(q k^T * scale + bias) v over the tokens of all row groups together.
#pragma once

#include "common/kernel.h"

namespace reflectionflow::kernels {

// How the CPU computes it. Results differ between paths only by rounding.
enum class JointAttentionPath : int32_t {
  kAutomatic,   // the fastest of the others that the processor and the dtype allow
  kPortable,    // any processor
  kAvx2,        // AVX2 and FMA
  kAvx512,      // AVX-512F
  kAvx512Bf16,  // AVX-512 BF16: products of pairs, weights rounded to bfloat16; bfloat16 only
};

struct JointAttention {
  DType dtype = DType::kFloat32;  // of q, k, v and the outputs; sums are kept in float32
  int64_t batch = 0;
  int64_t heads = 0;
  int64_t head_size = 0;  // a multiple of 8 from 16 to 128
  float scale = 0;        // usually 1/sqrt(head_size)

  // (B, H, S, D) contiguous, S the sum of group_tokens, groups in order.
  const void* q = nullptr;
  const void* k = nullptr;
  const void* v = nullptr;

  int groups = 0;
  int64_t group_tokens[kMaxRowGroups] = {};
  // Added to the scaled logits of queries in group i and keys in group j: 0, log(condition scale)
  // or -infinity. Every query must see at least one key.
  float bias[kMaxRowGroups][kMaxRowGroups] = {};

  // One output per group, (B, S_group, H*D).
  Rows<void> out[kMaxRowGroups];

  // Tests and benches force a path, to check and to time each one on one machine.
  JointAttentionPath path = JointAttentionPath::kAutomatic;
};

// Whether this processor can take the path for operands of the dtype.
bool joint_attention_runs(JointAttentionPath path, DType dtype);

// Of the paths that joint_attention_runs allows, the fastest.
JointAttentionPath fastest_joint_attention(DType dtype);

const char* name_of(JointAttentionPath path);

void joint_attention(const JointAttention& op, Stream stream);

}  // namespace reflectionflow::kernels
