// LibTorch's operators, typed. The shapes of products are checked before the call; what LibTorch
// refuses is an Error with the operator's name, its operands and LibTorch's reason.
//
// The first group writes into tensors that the caller owns and makes no handle, but for scaled_mm,
// which is a formula on the CPU: a step with our attention uses nothing else. The second
// group returns new tensors or numbers: text encoders, the autoencoder, LibTorch's attention, the
// cache and the check of the final latents use it.
#pragma once

#include <vector>

#include "torch/tensor.h"

namespace reflectionflow::ops {

// out = alpha * a b + beta * bias; a (M, K), b (K, N), bias (N) or (M, N), which may be out itself.
void addmm(Tensor& out, const Tensor& bias, const Tensor& a, const Tensor& b, double beta = 1,
           double alpha = 1);
void mm(Tensor& out, const Tensor& a, const Tensor& b);
// Batched: a (B, M, K), b (B, K, N), out (B, M, N).
void bmm(Tensor& out, const Tensor& a, const Tensor& b);
// out = alpha * a b + beta * bias; bias expands to out.
void baddbmm(Tensor& out, const Tensor& bias, const Tensor& a, const Tensor& b, double beta,
             double alpha);
// out = (a scale_a) (b scale_b) + bias in bfloat16; a (M, K) and b (K, N, the transposed view of a
// contiguous tensor) in eight bits, scale_a (M, 1), scale_b (1, N), bias (N) bfloat16.
void scaled_mm(Tensor& out, const Tensor& a, const Tensor& b, const Tensor& scale_a,
               const Tensor& scale_b, const Tensor& bias);
// out = a b, in int32; a (M, K) and b (K, N, the transposed view of a contiguous tensor) of int8.
void int_mm(Tensor& out, const Tensor& a, const Tensor& b);
// Copies with conversion of the element type; the source expands to the target.
void copy(Tensor& target, const Tensor& source);
void zero(Tensor& target);

// x (.., K), weight (N, K), bias (N) or undefined.
Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias);
Tensor softmax(const Tensor& x);  // over the last dimension, in float32 inside
Tensor silu(const Tensor& x);
Tensor sigmoid(const Tensor& x);
Tensor gelu(const Tensor& x);                  // the exact form
Tensor mul(const Tensor& a, const Tensor& b);  // b expands to a
Tensor scale(const Tensor& x, double factor);  // the factor in float32, whatever x's type
Tensor clamp(const Tensor& x, double low, double high);
Tensor embedding(const Tensor& table, const Tensor& ids);  // table (V, E), ids int64
Tensor layer_norm(const Tensor& x, const Tensor& weight, const Tensor& bias, double epsilon);
// x (B, C, H, W), weight (N, C, h, w), bias (N) or undefined; zeros around the image. Memory with
// the channels last stays so on CUDA.
Tensor convolution(const Tensor& x, const Tensor& weight, const Tensor& bias, int64_t stride,
                   int64_t padding);
// Each pixel of x (B, C, H, W) repeated in both directions.
Tensor repeat_pixels(const Tensor& x, int64_t times);
// softmax(scale q k^T) v; all (B, H, S, D), any strides. Too slow on CPUs for more than tests.
Tensor attention(const Tensor& q, const Tensor& k, const Tensor& v, double scale);
bool all_finite(const Tensor& x);  // waits for the device
// The mean magnitude of a - b, which expands to a; waits for the device.
double mean_distance(const Tensor& a, const Tensor& b);
Tensor rms_norm(const Tensor& x, const Tensor& weight, double epsilon);

}  // namespace reflectionflow::ops
