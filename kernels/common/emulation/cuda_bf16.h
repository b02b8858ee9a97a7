// bfloat16 as CUDA has it, for the CPU.
#pragma once

#include <cuda_runtime.h>

struct __nv_bfloat16 {
  uint16_t bits;
};
struct __nv_bfloat162 {
  __nv_bfloat16 x, y;
};

float __bfloat162float(__nv_bfloat16 value);
__nv_bfloat16 __float2bfloat16_rn(float value);

inline __nv_bfloat162 __floats2bfloat162_rn(float low, float high) {
  return {__float2bfloat16_rn(low), __float2bfloat16_rn(high)};
}
