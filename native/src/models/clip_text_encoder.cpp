// Pre-norm blocks under a causal mask; padding takes part, as it does in FLUX's pipeline.
#include "models/clip_text_encoder.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "error.h"
#include "models/blocked_attention.h"
#include "models/residual.h"
#include "models/token_ids.h"
#include "torch/ops.h"

namespace reflectionflow {
namespace {

// Published FLUX configurations name this id, which no prompt ends with: the end is the largest id.
constexpr int64_t kLegacyEos = 2;

// 0 where a query may look, -inf above the diagonal; (1, S, S).
Tensor causal_mask(int64_t tokens, ScalarType type) {
  Tensor mask = Tensor::empty({1, tokens, tokens}, ScalarType::kFloat32);
  for (int64_t q = 0; q < tokens; ++q) {
    float* row = mask.as<float>() + q * tokens;
    std::fill(row, row + q + 1, 0.0f);
    std::fill(row + q + 1, row + tokens, -std::numeric_limits<float>::infinity());
  }
  return mask.to(type);
}

}  // namespace

ClipTextEncoder::ClipTextEncoder(const ClipConfig& config, WeightMap& weights, ScalarType type)
    : config_(config), type_(type) {
  const int64_t width = config.width;
  if (config.heads < 1 || width % config.heads != 0) {
    invalid_file("a CLIP width of " + std::to_string(width) + " has no " +
                 std::to_string(config.heads) + " heads");
  }
  token_embedding_ = weights.take("clip.token_embedding.weight", {config.vocabulary, width}, type);
  position_embedding_ =
      weights.take("clip.position_embedding.weight", {config.max_tokens, width}, type);
  for (int64_t i = 0; i < config.blocks; ++i) blocks_.push_back(take_block(weights, i));
  final_norm_ = take(weights, "clip.final_norm", {width});
}

ClipTextEncoder::Affine ClipTextEncoder::take(WeightMap& weights, const std::string& name,
                                              const Shape& sizes) const {
  return {weights.take(name + ".weight", sizes, type_),
          weights.take(name + ".bias", {sizes[0]}, type_)};
}

ClipTextEncoder::Block ClipTextEncoder::take_block(WeightMap& weights, int64_t i) const {
  const std::string name = "clip.blocks." + std::to_string(i);
  const int64_t width = config_.width, mlp_width = config_.mlp_width;
  return {take(weights, name + ".norm1", {width}),
          take(weights, name + ".q", {width, width}),
          take(weights, name + ".k", {width, width}),
          take(weights, name + ".v", {width, width}),
          take(weights, name + ".out", {width, width}),
          take(weights, name + ".norm2", {width}),
          take(weights, name + ".up", {mlp_width, width}),
          take(weights, name + ".down", {width, mlp_width})};
}

Tensor ClipTextEncoder::forward(const int64_t* ids, int64_t tokens, Recorder& recorder) const {
  check_tokens("CLIP", ids, tokens, config_.vocabulary, config_.max_tokens);
  const Tensor mask = causal_mask(tokens, type_).on(position_embedding_.device());
  Tensor x = embed(ids, tokens);  // (S, E)
  for (const Block& block : blocks_) {
    add_residual(x, attention(block, norm(block.norm1, x), mask));
    add_residual(x, mlp(block, norm(block.norm2, x)));
  }
  x = norm(final_norm_, x);
  if (recorder.layers()) recorder.keep("clip_last_hidden", x.view({1, tokens, config_.width}));
  return x.rows(pooled_row(ids, tokens), 1).contiguous();
}

Tensor ClipTextEncoder::embed(const int64_t* ids, int64_t tokens) const {
  Tensor x = ops::embedding(token_embedding_, ids_of(ids, tokens).on(token_embedding_.device()));
  add_residual(x, position_embedding_.rows(0, tokens));
  return x;
}

Tensor ClipTextEncoder::attention(const Block& block, const Tensor& x, const Tensor& mask) const {
  const Tensor q = ops::linear(x, block.q.weight, block.q.bias);
  const Tensor k = ops::linear(x, block.k.weight, block.k.bias);
  const Tensor v = ops::linear(x, block.v.weight, block.v.bias);
  const Tensor rows = Tensor::empty(x.sizes(), type_, x.device());
  Tensor heads = heads_of(rows, config_.heads);
  blocked_attention(heads, heads_of(q, config_.heads), heads_of(k, config_.heads),
                    heads_of(v, config_.heads), mask,
                    1.0 / std::sqrt(static_cast<double>(config_.width / config_.heads)));
  return ops::linear(rows, block.out.weight, block.out.bias);
}

Tensor ClipTextEncoder::mlp(const Block& block, const Tensor& x) const {
  const Tensor up = ops::linear(x, block.up.weight, block.up.bias);
  const Tensor activated =
      config_.quick_gelu ? ops::mul(up, ops::sigmoid(ops::scale(up, 1.702))) : ops::gelu(up);
  return ops::linear(activated, block.down.weight, block.down.bias);
}

Tensor ClipTextEncoder::norm(const Affine& affine, const Tensor& x) const {
  return ops::layer_norm(x, affine.weight, affine.bias, config_.norm_epsilon);
}

int64_t ClipTextEncoder::pooled_row(const int64_t* ids, int64_t tokens) const {
  const int64_t* end = ids + tokens;
  if (config_.eos_token_id == kLegacyEos) return std::max_element(ids, end) - ids;
  const int64_t* found = std::find(ids, end, config_.eos_token_id);
  return found == end ? 0 : found - ids;
}

}  // namespace reflectionflow
