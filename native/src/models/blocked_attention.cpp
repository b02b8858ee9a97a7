// One buffer of scores, used again by every block of queries.
#include "models/blocked_attention.h"

#include <algorithm>

#include "torch/ops.h"

namespace reflectionflow {
namespace {

// Rows first, first + 1, ... of the second dimension.
Tensor queries(const Tensor& x, int64_t first, int64_t count) {
  return x.view({x.size(0), count, x.size(2)}, x.strides(), first * x.strides()[1]);
}

}  // namespace

void blocked_attention(Tensor& out, const Tensor& q, const Tensor& k, const Tensor& v,
                       const Tensor& bias, double scale, int64_t score_bytes) {
  const int64_t heads = q.size(0), tokens = q.size(1), keys = k.size(1);
  const int64_t row_bytes = heads * keys * size_of(q.type());
  const int64_t block = std::clamp<int64_t>(score_bytes / row_bytes, 1, tokens);
  const Tensor keys_transposed = k.transposed();
  const Tensor buffer = Tensor::empty({heads * block * keys}, q.type(), q.device());
  for (int64_t first = 0; first < tokens; first += block) {
    const int64_t count = std::min(block, tokens - first);
    const Shape sizes{heads, count, keys};
    Tensor scores = buffer.view(sizes, sizes.contiguous_strides());
    // With beta 0 the bias is not read, and scores is only a tensor of the right shape.
    const Tensor added = bias.defined() ? queries(bias, first, count) : scores.share();
    ops::baddbmm(scores, added, queries(q, first, count), keys_transposed,
                 bias.defined() ? 1.0 : 0.0, scale);
    Tensor rows = queries(out, first, count);
    ops::bmm(rows, ops::softmax(scores), v);
  }
}

Tensor heads_of(const Tensor& rows, int64_t heads) {
  const int64_t head_size = rows.size(1) / heads;
  return rows.view({heads, rows.size(0), head_size}, {head_size, rows.strides()[0], 1});
}

}  // namespace reflectionflow
