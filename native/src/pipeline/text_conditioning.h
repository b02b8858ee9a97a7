// Prompt ids to what the transformer is conditioned on.
#pragma once

#include <vector>

#include "models/clip_text_encoder.h"
#include "models/t5_encoder.h"
#include "torch/recorder.h"

namespace reflectionflow {

struct TextConditioning {
  Tensor prompt_embeds;       // (S_txt, W)
  Tensor pooled_projections;  // (1, P)
  int64_t id = 0;             // of a prompt that is kept: no other has the same, ever
};

// The hidden states (S_txt, W) of a prompt.
Tensor embed_prompt(const T5Encoder& t5, const int64_t* ids, int64_t tokens);

void record_text(const TextConditioning& text, Recorder& recorder);

// The prompts of a batch one below the other: (B * S_txt, W) and (B, P).
TextConditioning stack(const std::vector<const TextConditioning*>& texts);

}  // namespace reflectionflow
