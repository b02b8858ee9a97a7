// From the products q, k, v of up to three row groups to attention's layout: RMSNorm of q and k
// over each head, rotation by RoPE (interleaved pairs), and v copied; no concatenation in between.
#pragma once

#include "common/kernel.h"

namespace reflectionflow::kernels {

struct QkNormRope {
  // Of q, k, v, the norm weights and the outputs; the arithmetic is float32.
  DType dtype = DType::kFloat32;
  int64_t batch = 0;
  int64_t heads = 0;
  int64_t head_size = 0;  // even, at most 512
  float epsilon = 1e-6f;

  int groups = 0;
  struct Group {
    int64_t tokens = 0;
    Rows<const void> q;              // (B, S_group, H*D)
    Rows<const void> k;              // (B, S_group, H*D)
    Rows<const void> v;              // (B, S_group, H*D)
    const void* q_weight = nullptr;  // (D)
    const void* k_weight = nullptr;  // (D)
  } group[kMaxRowGroups];

  // (S, D/2) float32, one entry per pair, rows of all groups in order; shared by all samples and
  // heads.
  const float* rope_cos = nullptr;
  const float* rope_sin = nullptr;

  // (B, H, S, D) contiguous, S the sum of the groups' tokens.
  void* q_out = nullptr;
  void* k_out = nullptr;
  void* v_out = nullptr;
};

void qk_norm_rope(const QkNormRope& op, Stream stream);

}  // namespace reflectionflow::kernels
