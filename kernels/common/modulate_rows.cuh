// The parts of adaLN modulation on CUDA that its fused kernels share: they give its bits as long as
// their plan is the same.
#pragma once

#include "common/block_reduce.cuh"
#include "common/row_launch.h"
#include "common/vector.cuh"

namespace reflectionflow::kernels {

// What a block needs of shared memory: one set of partial sums for the mean, one for the variance.
struct RowSums {
  float of_values[kWarp];
  float of_squares[kWarp];
};

struct Moments {
  float mean, inverse;  // 1 / sqrt(variance + epsilon)
};

__device__ __forceinline__ float inverse_deviation(float squares, int64_t width, float epsilon) {
  return 1.0f / sqrtf(squares / static_cast<float>(width) + epsilon);
}

// Of a row in the registers of a block, whose elements beyond the width are 0. In two passes: the
// sum of squares minus the square of sums would lose the digits that matter far from zero.
template <int V>
__device__ __forceinline__ Moments moments_of(const float (&x)[kRowVectors][V], int64_t width,
                                              float epsilon, RowSums& sums) {
  float sum = 0;
#pragma unroll
  for (int i = 0; i < kRowVectors; ++i) {
#pragma unroll
    for (int c = 0; c < V; ++c) sum += x[i][c];
  }
  const float mean = block_sum(sum, sums.of_values) / static_cast<float>(width);
  float squares = 0;
#pragma unroll
  for (int i = 0; i < kRowVectors; ++i) {
    if (row_element(threadIdx.x, blockDim.x, i, V) >= width) break;
#pragma unroll
    for (int c = 0; c < V; ++c) squares += (x[i][c] - mean) * (x[i][c] - mean);
  }
  squares = block_sum(squares, sums.of_squares);
  return {mean, inverse_deviation(squares, width, epsilon)};
}

__device__ __forceinline__ float modulated(float x, Moments moments, float shift, float scale) {
  return (x - moments.mean) * moments.inverse * (1.0f + scale) + shift;
}

// Normalises and modulates a row in registers, and writes it.
template <int V, typename T>
__device__ __forceinline__ void modulate_row(const float (&x)[kRowVectors][V], const T* shift_row,
                                             const T* scale_row, T* out, int64_t width,
                                             float epsilon, RowSums& sums) {
  const Moments moments = moments_of<V>(x, width, epsilon, sums);
#pragma unroll
  for (int i = 0; i < kRowVectors; ++i) {
    const int64_t at = row_element(threadIdx.x, blockDim.x, i, V);
    if (at >= width) break;
    float shift[V], scale[V], values[V];
    unpack(load<V>(shift_row + at), shift);
    unpack(load<V>(scale_row + at), scale);
#pragma unroll
    for (int c = 0; c < V; ++c) values[c] = modulated(x[i][c], moments, shift[c], scale[c]);
    store<V>(out + at, values);
  }
}

// The moments of a row in memory, `sum` being this thread's share of its sum: for rows that are
// longer than a block's registers.
template <typename T>
__device__ __forceinline__ Moments moments_of_long_row(const T* x, float sum, int64_t width,
                                                       float epsilon, RowSums& sums) {
  const float mean = block_sum(sum, sums.of_values) / static_cast<float>(width);
  float squares = 0;
  for (int64_t c = threadIdx.x; c < width; c += blockDim.x) {
    const float centred = to_float(x[c]) - mean;
    squares += centred * centred;
  }
  squares = block_sum(squares, sums.of_squares);
  return {mean, inverse_deviation(squares, width, epsilon)};
}

// Normalises and modulates such a row; out may be x.
template <typename T>
__device__ __forceinline__ void modulate_long_row(const T* x, float sum, const T* shift,
                                                  const T* scale, T* out, int64_t width,
                                                  float epsilon, RowSums& sums) {
  const Moments moments = moments_of_long_row(x, sum, width, epsilon, sums);
  for (int64_t c = threadIdx.x; c < width; c += blockDim.x)
    from_float(modulated(to_float(x[c]), moments, to_float(shift[c]), to_float(scale[c])), out + c);
}

}  // namespace reflectionflow::kernels
