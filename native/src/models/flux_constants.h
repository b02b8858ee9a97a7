// What a run of the transformer is given, and what follows from it for all steps.
#pragma once

#include <vector>

#include "models/modulation.h"
#include "models/rope.h"
#include "models/token_rows.h"

namespace reflectionflow {

// How condition tokens take part in a run.
struct ConditionInput {
  Tensor tokens;                    // (B * S_cond, C), packed latents of the earlier image
  std::vector<Position> positions;  // S_cond
  float scale = 1;                  // log(scale) is added to the logits between condition and rest
  float timestep = 0;
  // False: condition and rest do not see each other, unless scale says otherwise.
  bool union_attention = true;
  bool add_attention = false;  // add the condition's attention output to the image rows
};

struct FluxInputs {
  int64_t batch = 0;
  int64_t steps = 0;
  Tensor prompt_embeds;          // (B * S_txt, W)
  Tensor pooled;                 // (B, P)
  std::vector<float> timesteps;  // (steps * B), in [0, 1]
  std::vector<float> guidance;   // (B)
  int64_t grid_rows = 0;         // of image tokens
  int64_t grid_columns = 0;
  const ConditionInput* condition = nullptr;
  bool adapters_on_latents = true;  // LoRAs act on text and image rows, not on condition rows alone

  RowCounts counts() const;
};

struct DoubleModulation {
  ModulationTable group[3];
};

struct SingleModulation {
  ModulationTable latents;
  ModulationTable condition;
};

struct FluxConstants {
  // Called before each step.
  void select_step(int64_t step) { latents.select(step); }

  bool adapters_on_latents = true;
  bool add_attention = false;
  float attention_bias[3][3] = {};
  AttentionChoice attention;
  Tensor text_rows;       // (B * S_txt, E) after the context embedder
  Tensor condition_rows;  // (B * S_cond, E) after the image embedder, or undefined
  Tensor rope_cos;        // (S, D/2) float32
  Tensor rope_sin;        // (S, D/2) float32
  Modulations latents;
  Modulations condition;  // one step: its timestep never changes
  std::vector<DoubleModulation> double_blocks;
  std::vector<SingleModulation> single_blocks;
  ModulationTable final_shift;
  ModulationTable final_scale;
};

}  // namespace reflectionflow
