// Attention of the text encoders and the autoencoder: LibTorch's products with a softmax between,
// a block of queries at a time.
#pragma once

#include "torch/tensor.h"

namespace reflectionflow {

// What the scores of one block of queries may take: memory must not grow with an image's square.
constexpr int64_t kScoreBytes = int64_t{64} << 20;

// out = softmax(scale q k^T + bias) v for each head; the softmax is float32 inside.
// q, out (H, S_q, D), k, v (H, S_k, D), bias (H or 1, S_q, S_k) or undefined. Any strides, so that
// heads may be views of projected rows. A block has at least one query, however few the bytes.
void blocked_attention(Tensor& out, const Tensor& q, const Tensor& k, const Tensor& v,
                       const Tensor& bias, double scale, int64_t score_bytes = kScoreBytes);

// Rows (S, H*D) as heads (H, S, D), without a copy.
Tensor heads_of(const Tensor& rows, int64_t heads);

}  // namespace reflectionflow
