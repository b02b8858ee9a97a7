// Both encoders, once for a prompt.
#include "pipeline/text_conditioning.h"

#include "error.h"
#include "torch/ops.h"

namespace reflectionflow {

Tensor embed_prompt(const T5Encoder& t5, const int64_t* ids, int64_t tokens) {
  const Tensor embeds = t5.forward(ids, tokens);
  return embeds.view({tokens, embeds.size(2)});
}

void record_text(const TextConditioning& text, Recorder& recorder) {
  if (!recorder.stages()) return;
  const Tensor& embeds = text.prompt_embeds;
  recorder.keep("prompt_embeds", embeds.view({1, embeds.size(0), embeds.size(1)}));
  recorder.keep("pooled_projections", text.pooled_projections);
}

TextConditioning stack(const std::vector<const TextConditioning*>& texts) {
  const auto batch = static_cast<int64_t>(texts.size());
  const Tensor& first = texts[0]->prompt_embeds;
  const int64_t tokens = first.size(0);
  TextConditioning all;
  all.prompt_embeds = Tensor::empty({batch * tokens, first.size(1)}, first.type(), first.device());
  all.pooled_projections =
      Tensor::empty({batch, texts[0]->pooled_projections.size(1)}, first.type(), first.device());
  for (int64_t b = 0; b < batch; ++b) {
    const TextConditioning& text = *texts[static_cast<size_t>(b)];
    if (text.prompt_embeds.size(0) != tokens) {
      invalid_argument("prompts of " + std::to_string(tokens) + " and " +
                       std::to_string(text.prompt_embeds.size(0)) + " tokens in one batch");
    }
    Tensor embeds = all.prompt_embeds.rows(b * tokens, tokens);
    Tensor pooled = all.pooled_projections.rows(b, 1);
    ops::copy(embeds, text.prompt_embeds);
    ops::copy(pooled, text.pooled_projections);
  }
  return all;
}

}  // namespace reflectionflow
