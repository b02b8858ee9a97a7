// LibTorch's attention knows no bias between groups but by a mask as large as the scores.
#include "models/attention_choice.h"

#include <limits>

#include "error.h"

namespace reflectionflow {

AttentionWish parse_attention(const std::string& name) {
  if (name == "auto") return AttentionWish::kAutomatic;
  if (name == "ours") return AttentionWish::kOurs;
  if (name == "libtorch") return AttentionWish::kLibTorch;
  invalid_argument("no attention is called " + name + ": auto, ours or libtorch");
}

AttentionChoice choose_attention(AttentionWish wish, const Device& device, float coupling) {
  const bool apart = coupling == -std::numeric_limits<float>::infinity();
  if (wish == AttentionWish::kOurs) return {true, apart, "asked for"};
  if (coupling != 0 && !apart) return {true, apart, "a condition scale needs a bias of ours"};
  if (wish == AttentionWish::kLibTorch) return {false, apart, "asked for"};
  if (device.on_cuda()) return {false, apart, "LibTorch's is measured on cards, ours is not"};
  return {true, apart, "LibTorch's has no fast path on CPUs"};
}

}  // namespace reflectionflow
