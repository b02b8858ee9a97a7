// float16 as CUDA has it, for the CPU.
#pragma once

#include <cuda_runtime.h>

struct __half {
  uint16_t bits;
};
struct __half2 {
  __half x, y;
};

float __half2float(__half value);
__half __float2half_rn(float value);

inline __half2 __floats2half2_rn(float low, float high) {
  return {__float2half_rn(low), __float2half_rn(high)};
}
inline float2 __half22float2(__half2 values) {
  return {__half2float(values.x), __half2float(values.y)};
}
