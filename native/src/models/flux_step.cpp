// Fills in kernel parameters; no memory is made here.
#include "models/flux_step.h"

#include <cmath>

#include "adaln_modulate/adaln_modulate.h"
#include "adaln_modulate_quantized/adaln_modulate_quantized.h"
#include "gated_residual/gated_residual.h"
#include "gated_residual_adaln/gated_residual_adaln.h"
#include "gelu_tanh_quantized/gelu_tanh_quantized.h"
#include "joint_attention/joint_attention.h"
#include "models/gelu.h"
#include "models/kernel_views.h"
#include "models/library_attention.h"
#include "qk_norm_rope/qk_norm_rope.h"

namespace reflectionflow {
namespace {

void product(const Linear& layer, Span span, const TokenRows& x, TokenRows& out,
             ProductSums& sums) {
  if (layer.in_eight_bits()) {
    layer.forward(x.eight.of(span), out.of(span), sums);
  } else {
    layer.forward(x.of(span), out.of(span));
  }
}

}  // namespace

HeadNorm::HeadNorm(WeightMap& weights, const std::string& name, int64_t head_size, ScalarType type)
    : q(weights.take(name + ".q_norm.weight", {head_size}, type)),
      k(weights.take(name + ".k_norm.weight", {head_size}, type)) {}

void FluxStep::modulate(int group, kernels::PerSample shift, kernels::PerSample scale,
                        Feed feed) const {
  if (feed == Feed::kFused) return modulate_in_eight_bits(group, shift, scale);
  kernels::AdalnModulate op;
  op.dtype = kernel_dtype(rows_.hidden.all.type());
  op.batch = rows_.counts.batch;
  op.tokens = rows_.counts.tokens[group];
  op.width = config_.width();
  op.x = const_rows_of(rows_.hidden.group[group], op.batch);
  op.shift = shift;
  op.scale = scale;
  op.out = rows_of(rows_.normed.group[group], op.batch);
  kernels::adaln_modulate(op, stream_for(rows_.hidden.all));
}

void FluxStep::modulate_in_eight_bits(int group, kernels::PerSample shift,
                                      kernels::PerSample scale) const {
  const QuantizedRows& out = rows_.normed.eight.group[group];
  kernels::AdalnModulateQuantized op;
  op.dtype = kernel_dtype(rows_.hidden.all.type());
  op.format = kernel_format(out.bits.type());
  op.batch = rows_.counts.batch;
  op.tokens = rows_.counts.tokens[group];
  op.width = config_.width();
  op.x = const_rows_of(rows_.hidden.group[group], op.batch);
  op.shift = shift;
  op.scale = scale;
  op.out = {out.bits.as<uint8_t>(), op.tokens * op.width, op.width};
  op.row_scale = out.scale.as<float>();
  kernels::adaln_modulate_quantized(op, stream_for(rows_.hidden.all));
}

void FluxStep::add_gated(int group, kernels::PerSample gate, const Tensor& y) const {
  kernels::GatedResidual op;
  op.dtype = kernel_dtype(y.type());
  op.batch = rows_.counts.batch;
  op.tokens = rows_.counts.tokens[group];
  op.width = config_.width();
  op.x = rows_of(rows_.hidden.group[group], op.batch);
  op.y = const_rows_of(y, op.batch);
  op.gate = gate;
  kernels::gated_residual(op, stream_for(y));
}

void FluxStep::add_gated_and_modulate(int group, kernels::PerSample gate, const Tensor& y,
                                      kernels::PerSample shift, kernels::PerSample scale,
                                      Feed feed) const {
  if (feed == Feed::kFused) {
    add_gated(group, gate, y);
    return modulate_in_eight_bits(group, shift, scale);
  }
  kernels::GatedResidualAdaln op;
  op.dtype = kernel_dtype(y.type());
  op.batch = rows_.counts.batch;
  op.tokens = rows_.counts.tokens[group];
  op.width = config_.width();
  op.x = rows_of(rows_.hidden.group[group], op.batch);
  op.y = const_rows_of(y, op.batch);
  op.gate = gate;
  op.shift = shift;
  op.scale = scale;
  op.out = rows_of(rows_.normed.group[group], op.batch);
  kernels::gated_residual_adaln(op, stream_for(y));
}

void FluxStep::gelu(TokenRows& rows, Feed feed) const {
  if (feed != Feed::kFused) {
    gelu_in_place(rows.all);
    return this->feed(rows, feed);
  }
  kernels::GeluTanhQuantized op;
  op.dtype = kernel_dtype(rows.all.type());
  op.format = kernel_format(rows.eight.all.bits.type());
  op.rows = rows.all.size(0);
  op.width = rows.all.size(1);
  op.x = rows.all.data();
  op.x_row_stride = op.out_row_stride = op.width;
  op.out = rows.eight.all.bits.as<uint8_t>();
  op.row_scale = rows.eight.all.scale.as<float>();
  kernels::gelu_tanh_quantized(op, stream_for(rows.all));
}

void FluxStep::feed(TokenRows& rows, Feed feed) const {
  if (feed == Feed::kQuantised) quantize(rows.all, rows.eight.all);
}

void FluxStep::project(const Linear& layer, Span span, const TokenRows& x, TokenRows& out) const {
  product(layer, span, x, out, rows_.sums);
  adapt(layer, span, x, out);
}

void FluxStep::project(const JoinedLinear& layers, Span span, const TokenRows& x,
                       JoinedRows& out) const {
  if (layers.whole()) product(*layers.whole(), span, x, out.whole, rows_.sums);
  for (size_t i = 0; i < out.part.size(); ++i) {
    const Linear& layer = layers.layers()[i];
    if (!layers.whole()) product(layer, span, x, out.part[i], rows_.sums);
    adapt(layer, span, x, out.part[i]);
  }
}

void FluxStep::adapt(const Linear& layer, Span span, const TokenRows& x, TokenRows& out) const {
  if (constants_.adapters_on_latents) {
    layer.adapt(x.of(span), out.of(span), rows_.adapters);
  } else if (span != Span::kText && rows_.counts.groups() > kCondition) {
    layer.adapt(x.group[kCondition], out.group[kCondition], rows_.adapters);
  }
}

void FluxStep::norm_and_rotate(const JoinedRows& qkv, const HeadNorm* const norms[3]) const {
  const TokenRows &q = qkv.part[0], &k = qkv.part[1], &v = qkv.part[2];
  const RowCounts& counts = rows_.counts;
  kernels::QkNormRope op;
  op.dtype = kernel_dtype(q.all.type());
  op.batch = counts.batch;
  op.heads = config_.heads;
  op.head_size = config_.head_size;
  op.groups = counts.groups();
  for (int g = 0; g < counts.groups(); ++g) {
    op.group[g] = {counts.tokens[g],
                   const_rows_of(q.group[g], counts.batch),
                   const_rows_of(k.group[g], counts.batch),
                   const_rows_of(v.group[g], counts.batch),
                   norms[g]->q.data(),
                   norms[g]->k.data()};
  }
  op.rope_cos = constants_.rope_cos.as<float>();
  op.rope_sin = constants_.rope_sin.as<float>();
  op.q_out = rows_.q_heads.data();
  op.k_out = rows_.k_heads.data();
  op.v_out = rows_.v_heads.data();
  kernels::qk_norm_rope(op, stream_for(q.all));
}

void FluxStep::our_attention(float scale, TokenRows& out) const {
  const RowCounts& counts = rows_.counts;
  kernels::JointAttention op;
  op.dtype = kernel_dtype(rows_.q_heads.type());
  op.batch = counts.batch;
  op.heads = config_.heads;
  op.head_size = config_.head_size;
  op.groups = counts.groups();
  for (int g = 0; g < counts.groups(); ++g) {
    op.group_tokens[g] = counts.tokens[g];
    op.out[g] = rows_of(out.group[g], counts.batch);
    for (int j = 0; j < counts.groups(); ++j) op.bias[g][j] = constants_.attention_bias[g][j];
  }
  op.scale = scale;
  op.q = rows_.q_heads.data();
  op.k = rows_.k_heads.data();
  op.v = rows_.v_heads.data();
  kernels::joint_attention(op, stream_for(rows_.q_heads));
}

void FluxStep::attend(const JoinedRows& qkv, const HeadNorm* const norms[3], TokenRows& out) const {
  norm_and_rotate(qkv, norms);
  const float scale = 1.0f / std::sqrt(static_cast<float>(config_.head_size));
  if (constants_.attention.ours) {
    our_attention(scale, out);
  } else {
    library_attention(rows_, scale, constants_.attention.condition_apart, out);
  }
}

}  // namespace reflectionflow
