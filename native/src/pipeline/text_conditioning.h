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
};

TextConditioning encode_text(const ClipTextEncoder& clip, const T5Encoder& t5,
                             const int64_t* clip_ids, int64_t clip_tokens, const int64_t* t5_ids,
                             int64_t t5_tokens, Recorder& recorder);

// The prompts of a batch one below the other: (B * S_txt, W) and (B, P).
TextConditioning stack(const std::vector<const TextConditioning*>& texts);

}  // namespace reflectionflow
