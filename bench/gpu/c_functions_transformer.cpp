// The transformer's kernels for the GPU bench.
#include "adaln_modulate/adaln_modulate.h"
#include "common/cuda_build.h"
#include "gated_residual/gated_residual.h"
#include "gated_residual_adaln/gated_residual_adaln.h"
#include "gelu_tanh/gelu_tanh.h"
#include "gpu/c_functions.h"
#include "joint_attention/joint_attention.h"
#include "joint_attention/joint_attention_cuda.h"
#include "lora_add/lora_add.h"
#include "qk_norm_rope/qk_norm_rope.h"

namespace kernels = reflectionflow::kernels;
using kernels::DType;
using reflectionflow::bench::place;
using reflectionflow::bench::refusal_of;

namespace {

// Of one sample, dense (tokens, width).
template <typename Op>
Op over_tokens(int64_t dtype, int64_t tokens, int64_t width) {
  Op op;
  op.dtype = static_cast<DType>(dtype);
  op.batch = 1;
  op.tokens = tokens;
  op.width = width;
  return op;
}

template <typename T>
kernels::Rows<T> dense(T* data, int64_t tokens, int64_t width) {
  return {data, tokens * width, width};
}

}  // namespace

BENCH_FUNCTION(adaln_modulate, int64_t dtype, int64_t tokens, int64_t width, const void* x,
               const void* shift, const void* scale, void* out) {
  auto op = over_tokens<kernels::AdalnModulate>(dtype, tokens, width);
  op.x = dense(x, tokens, width);
  op.shift = {shift, width};
  op.scale = {scale, width};
  op.out = dense(out, tokens, width);
  return refusal_of([&] { kernels::adaln_modulate(op, place(cuda_stream, on_cuda)); });
}

BENCH_FUNCTION(gated_residual, int64_t dtype, int64_t tokens, int64_t width, void* x, const void* y,
               const void* gate) {
  auto op = over_tokens<kernels::GatedResidual>(dtype, tokens, width);
  op.x = dense(x, tokens, width);
  op.y = dense(y, tokens, width);
  op.gate = {gate, width};
  return refusal_of([&] { kernels::gated_residual(op, place(cuda_stream, on_cuda)); });
}

BENCH_FUNCTION(gated_residual_adaln, int64_t dtype, int64_t tokens, int64_t width, void* x,
               const void* y, const void* gate, const void* shift, const void* scale, void* out) {
  auto op = over_tokens<kernels::GatedResidualAdaln>(dtype, tokens, width);
  op.x = dense(x, tokens, width);
  op.y = dense(y, tokens, width);
  op.gate = {gate, width};
  op.shift = {shift, width};
  op.scale = {scale, width};
  op.out = dense(out, tokens, width);
  return refusal_of([&] { kernels::gated_residual_adaln(op, place(cuda_stream, on_cuda)); });
}

BENCH_FUNCTION(gelu_tanh, int64_t dtype, int64_t rows, int64_t width, const void* x, void* out,
               int64_t out_row_stride) {
  kernels::GeluTanh op;
  op.dtype = static_cast<DType>(dtype);
  op.rows = rows;
  op.width = op.x_row_stride = width;
  op.x = x;
  op.out = out;
  op.out_row_stride = out_row_stride;
  return refusal_of([&] { kernels::gelu_tanh(op, place(cuda_stream, on_cuda)); });
}

// down (rows, rank), up (width, rank), out (rows, width).
BENCH_FUNCTION(lora_add, int64_t dtype, int64_t rows, int64_t rank, int64_t width, double scale,
               const void* down, const void* up, void* out) {
  kernels::LoraAdd op;
  op.dtype = static_cast<DType>(dtype);
  op.rows = rows;
  op.rank = op.down_row_stride = rank;
  op.width = op.out_row_stride = width;
  op.scale = static_cast<float>(scale);
  op.down = down;
  op.up = up;
  op.out = out;
  return refusal_of([&] { kernels::lora_add(op, place(cuda_stream, on_cuda)); });
}

// Each group's q, k and v stand side by side in rows of one product (tokens, 3 * heads *
// head_size); weights (head_size) and the table (sum of tokens, head_size / 2) serve all.
BENCH_FUNCTION(qk_norm_rope, int64_t dtype, int64_t heads, int64_t head_size, int64_t groups,
               const int64_t* tokens, const void* const* products, const void* q_weight,
               const void* k_weight, const float* rope_cos, const float* rope_sin, void* q_out,
               void* k_out, void* v_out) {
  kernels::QkNormRope op;
  op.dtype = static_cast<DType>(dtype);
  op.batch = 1;
  op.heads = heads;
  op.head_size = head_size;
  op.groups = static_cast<int>(groups);
  const int64_t width = heads * head_size;
  for (int64_t g = 0; g < groups; ++g) {
    const auto part = [&](int64_t index) {
      const char* first = static_cast<const char*>(products[g]);
      return kernels::Rows<const void>{first + index * width * kernels::size_of(op.dtype),
                                       tokens[g] * 3 * width, 3 * width};
    };
    op.group[g] = {tokens[g], part(0), part(1), part(2), q_weight, k_weight};
  }
  op.rope_cos = rope_cos;
  op.rope_sin = rope_sin;
  op.q_out = q_out;
  op.k_out = k_out;
  op.v_out = v_out;
  return refusal_of([&] { kernels::qk_norm_rope(op, place(cuda_stream, on_cuda)); });
}

// q, k, v (heads, sum of tokens, head_size); the groups' outputs lie one behind the other in out
// (sum of tokens, heads * head_size); bias (groups, groups). kernel is a JointAttentionKernel, or
// negative for the launcher's own choice.
BENCH_FUNCTION(joint_attention, int64_t dtype, int64_t heads, int64_t head_size, int64_t groups,
               const int64_t* tokens, const float* bias, double scale, const void* q, const void* k,
               const void* v, void* out, int64_t kernel) {
  kernels::JointAttention op;
  op.dtype = static_cast<DType>(dtype);
  op.batch = 1;
  op.heads = heads;
  op.head_size = head_size;
  op.scale = static_cast<float>(scale);
  op.q = q;
  op.k = k;
  op.v = v;
  op.groups = static_cast<int>(groups);
  char* rows = static_cast<char*>(out);
  for (int64_t g = 0; g < groups; ++g) {
    const int64_t width = heads * head_size;
    op.group_tokens[g] = tokens[g];
    op.out[g] = {rows, tokens[g] * width, width};
    rows += tokens[g] * width * kernels::size_of(op.dtype);
    for (int64_t to = 0; to < groups; ++to) op.bias[g][to] = bias[g * groups + to];
  }
  return refusal_of([&] {
    const kernels::Stream stream = place(cuda_stream, on_cuda);
    if (kernel < 0) return kernels::joint_attention(op, stream);
    const auto chosen = static_cast<kernels::JointAttentionKernel>(kernel);
    if constexpr (kernels::kCudaBuild) return kernels::joint_attention_cuda(op, chosen, stream);
    kernels::refuse_cuda("joint_attention");
  });
}
