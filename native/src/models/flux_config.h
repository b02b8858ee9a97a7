// The numbers that tell one FLUX transformer from another.
#pragma once

#include <array>
#include <cstdint>

#include "models/attention_choice.h"
#include "models/precision.h"

namespace reflectionflow {

struct FluxConfig {
  int64_t double_blocks = 19;
  int64_t single_blocks = 38;
  int64_t heads = 24;
  int64_t head_size = 128;
  int64_t channels = 64;  // of a packed latent token, in and out
  int64_t text_width = 4096;
  int64_t pooled_width = 768;
  bool guidance = true;                          // FLUX.1-dev; false for schnell
  std::array<int64_t, 3> rope_axes{16, 56, 56};  // sum: head_size

  AttentionWish attention = AttentionWish::kAutomatic;
  // Layers of the same rows as one product: costs a copy of their weights, see joined_linear.h.
  bool joined_products = false;
  Precision precision = Precision::kExact;  // of the blocks' products
  float cache_threshold = 0;  // of block_cache.h: approximate; 0 takes every step in full

  int64_t width() const { return heads * head_size; }
  int64_t mlp_width() const { return 4 * width(); }
};

}  // namespace reflectionflow
