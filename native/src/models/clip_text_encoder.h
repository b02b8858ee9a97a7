// The CLIP text encoder: a prompt to the one vector that FLUX calls pooled_projections.
#pragma once

#include <vector>

#include "models/weight_map.h"
#include "torch/recorder.h"
#include "torch/tensor.h"

namespace reflectionflow {

struct ClipConfig {
  int64_t width, heads, blocks, mlp_width, vocabulary, max_tokens;
  bool quick_gelu;
  int64_t eos_token_id;
  double norm_epsilon;
};

class ClipTextEncoder {
 public:
  ClipTextEncoder(const ClipConfig& config, WeightMap& weights, ScalarType type);

  // The hidden state (1, E) of the token that ends the prompt.
  Tensor forward(const int64_t* ids, int64_t tokens, Recorder& recorder) const;

 private:
  struct Affine {
    Tensor weight, bias;
  };
  struct Block {
    Affine norm1, q, k, v, out, norm2, up, down;
  };

  Affine take(WeightMap& weights, const std::string& name, const Shape& sizes) const;
  Block take_block(WeightMap& weights, int64_t i) const;
  Tensor embed(const int64_t* ids, int64_t tokens) const;
  Tensor attention(const Block& block, const Tensor& x, const Tensor& mask) const;
  Tensor mlp(const Block& block, const Tensor& x) const;
  Tensor norm(const Affine& affine, const Tensor& x) const;
  int64_t pooled_row(const int64_t* ids, int64_t tokens) const;

  ClipConfig config_;
  ScalarType type_;
  Tensor token_embedding_;     // (V, E)
  Tensor position_embedding_;  // (max_tokens, E)
  std::vector<Block> blocks_;
  Affine final_norm_;
};

}  // namespace reflectionflow
