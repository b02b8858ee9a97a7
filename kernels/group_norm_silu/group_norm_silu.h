// group_norm(x) * weight + bias, then SiLU where asked, on images with the channels last.
#pragma once

#include "common/kernel.h"

namespace reflectionflow::kernels {

struct GroupNormSilu {
  DType dtype = DType::kFloat32;  // of all tensors; the arithmetic is float32
  int64_t batch = 0;
  int64_t pixels = 0;    // height * width
  int64_t channels = 0;  // at most 8192
  int64_t groups = 0;    // divides channels
  float epsilon = 1e-6f;
  bool silu = true;
  const void* x = nullptr;       // (B, pixels, C) contiguous
  const void* weight = nullptr;  // (C)
  const void* bias = nullptr;    // (C)
  void* out = nullptr;           // (B, pixels, C) contiguous; may be x
  // On CUDA, group_norm_silu_workspace(op) floats whatever they hold; the CPU needs none.
  float* workspace = nullptr;
};

// A sample's pixels are cut into as many slabs at most, which leave two floats for each group.
constexpr int kGroupNormSlabs = 256;

inline int64_t group_norm_silu_workspace(const GroupNormSilu& op) {
  return op.batch * op.groups * kGroupNormSlabs * 2;
}

void group_norm_silu(const GroupNormSilu& op, Stream stream);

}  // namespace reflectionflow::kernels
