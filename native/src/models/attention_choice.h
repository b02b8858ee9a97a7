// Which joint attention takes a run: a pure function of what is asked, with its reason.
#pragma once

#include <string>

#include "torch/device.h"

namespace reflectionflow {

enum class AttentionWish { kAutomatic, kOurs, kLibTorch };

// "auto", "ours" or "libtorch"; anything else is INVALID_ARGUMENT.
AttentionWish parse_attention(const std::string& name);

struct AttentionChoice {
  bool ours = true;
  // Condition and rest do not see each other: two attentions instead of a mask.
  bool condition_apart = false;
  const char* reason = "";
};

// coupling: the bias between condition and rest, 0 where there is no condition.
AttentionChoice choose_attention(AttentionWish wish, const Device& device, float coupling);

}  // namespace reflectionflow
