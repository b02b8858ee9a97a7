// The T5 encoder: a prompt to the rows that FLUX calls prompt_embeds.
#pragma once

#include <vector>

#include "models/weight_map.h"
#include "torch/tensor.h"

namespace reflectionflow {

struct T5Config {
  int64_t width, heads, head_size, mlp_width, blocks, vocabulary, buckets, max_distance;
  double norm_epsilon;
};

// Where weights are kept for late placing, each block is on the card only while it computes, and
// the table of tokens never: of it a prompt's rows are.
class T5Encoder {
 public:
  T5Encoder(const T5Config& config, WeightMap& weights, ScalarType type);

  // Hidden states (1, S, E); padding takes part, as it does in FLUX's pipeline.
  Tensor forward(const int64_t* ids, int64_t tokens) const;

 private:
  struct Block {
    Tensor norm1, q, k, v, out, norm2, gate, up, down;
  };

  Block take_block(WeightMap& weights, int64_t i) const;
  Block placed(const Block& block) const;
  void add_block(Tensor& x, const Block& block, const Tensor& bias) const;
  Tensor attention(const Block& block, const Tensor& x, const Tensor& bias) const;
  Tensor mlp(const Block& block, const Tensor& x) const;
  Tensor norm(const Tensor& weight, const Tensor& x) const;

  T5Config config_;
  ScalarType type_;
  WeightMap::Placing placing_;  // of a block that waits on the host
  Tensor token_embedding_;      // (V, E)
  Tensor relative_bias_;        // (buckets, H), shared by all blocks; on the host
  std::vector<Block> blocks_;
  Tensor final_norm_;
};

}  // namespace reflectionflow
