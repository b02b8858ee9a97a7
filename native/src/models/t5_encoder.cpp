// Pre-norm blocks without biases; scores are not scaled, positions enter by a relative bias.
#include "models/t5_encoder.h"

#include <limits>

#include "error.h"
#include "models/blocked_attention.h"
#include "models/gelu.h"
#include "models/relative_bias.h"
#include "models/residual.h"
#include "models/token_ids.h"
#include "torch/ops.h"

namespace reflectionflow {

T5Encoder::T5Encoder(const T5Config& config, WeightMap& weights, ScalarType type)
    : config_(config), type_(type), placing_(weights.late_placing()) {
  if (config.buckets < 4 || config.buckets % 2 != 0 || config.max_distance <= config.buckets / 4) {
    invalid_file("T5 cannot divide distances up to " + std::to_string(config.max_distance) +
                 " into " + std::to_string(config.buckets) + " buckets");
  }
  token_embedding_ =
      weights.take_late("t5.token_embedding.weight", {config.vocabulary, config.width}, type);
  relative_bias_ =
      weights.take("t5.relative_bias.weight", {config.buckets, config.heads}, type).on({});
  for (int64_t i = 0; i < config.blocks; ++i) blocks_.push_back(take_block(weights, i));
  final_norm_ = weights.take("t5.final_norm.weight", {config.width}, type);
}

T5Encoder::Block T5Encoder::take_block(WeightMap& weights, int64_t i) const {
  const std::string name = "t5.blocks." + std::to_string(i) + ".";
  const int64_t width = config_.width, inner = config_.heads * config_.head_size;
  const auto take = [&](const char* layer, const Shape& sizes) {
    return weights.take_late(name + layer + ".weight", sizes, type_);
  };
  return {take("norm1", {width}),
          take("q", {inner, width}),
          take("k", {inner, width}),
          take("v", {inner, width}),
          take("out", {width, inner}),
          take("norm2", {width}),
          take("gate", {config_.mlp_width, width}),
          take("up", {config_.mlp_width, width}),
          take("down", {width, config_.mlp_width})};
}

Tensor T5Encoder::forward(const int64_t* ids, int64_t tokens) const {
  check_tokens("T5", ids, tokens, config_.vocabulary, std::numeric_limits<int32_t>::max());
  const Device& device = final_norm_.device();
  const Tensor bias = relative_bias(relative_bias_, tokens, config_.max_distance).on(device);
  const Tensor rows = ids_of(ids, tokens).on(token_embedding_.device());
  Tensor x = ops::embedding(token_embedding_, rows).on(device);  // (S, E)
  for (const Block& block : blocks_) {
    if (placing_) {
      add_block(x, placed(block), bias);
    } else {
      add_block(x, block, bias);
    }
  }
  return norm(final_norm_, x).view({1, tokens, config_.width});
}

T5Encoder::Block T5Encoder::placed(const Block& block) const {
  return {placing_(block.norm1), placing_(block.q),   placing_(block.k),
          placing_(block.v),     placing_(block.out), placing_(block.norm2),
          placing_(block.gate),  placing_(block.up),  placing_(block.down)};
}

void T5Encoder::add_block(Tensor& x, const Block& block, const Tensor& bias) const {
  add_residual(x, attention(block, norm(block.norm1, x), bias));
  add_residual(x, mlp(block, norm(block.norm2, x)));
}

Tensor T5Encoder::attention(const Block& block, const Tensor& x, const Tensor& bias) const {
  const Tensor q = ops::linear(x, block.q, {});
  const Tensor k = ops::linear(x, block.k, {});
  const Tensor v = ops::linear(x, block.v, {});
  const Tensor rows = Tensor::empty(q.sizes(), type_, q.device());
  Tensor heads = heads_of(rows, config_.heads);
  blocked_attention(heads, heads_of(q, config_.heads), heads_of(k, config_.heads),
                    heads_of(v, config_.heads), bias, 1.0);
  return ops::linear(rows, block.out, {});
}

Tensor T5Encoder::mlp(const Block& block, const Tensor& x) const {
  Tensor gate = ops::linear(x, block.gate, {});
  gelu_in_place(gate);
  return ops::linear(ops::mul(gate, ops::linear(x, block.up, {})), block.down, {});
}

Tensor T5Encoder::norm(const Tensor& weight, const Tensor& x) const {
  return ops::rms_norm(x, weight, config_.norm_epsilon);
}

}  // namespace reflectionflow
