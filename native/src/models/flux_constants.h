// What a run of the transformer is given, and what follows from it for all steps.
#pragma once

#include <memory>
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

// Where a block's vectors begin in the tables.
struct DoubleColumns {
  int64_t group[3] = {};
};

struct SingleColumns {
  int64_t latents = 0;
  int64_t condition = 0;
};

// What does not depend on the noise, nor on the condition's tokens: runs may share it.
struct PromptConstants {
  Tensor text_rows;  // (B * S_txt, E) after the context embedder
  ModulationTables latents;
  ModulationTables condition;  // one step: its timestep never changes; or undefined
  std::vector<DoubleColumns> double_blocks;
  std::vector<SingleColumns> single_blocks;
  int64_t final_shift = 0;
  int64_t final_scale = 0;
};

struct DoubleModulation {
  ModulationTable group[3];
};

struct SingleModulation {
  ModulationTable latents;
  ModulationTable condition;
};

struct FluxConstants {
  FluxConstants() = default;
  explicit FluxConstants(std::shared_ptr<const PromptConstants> prompt);

  // Called before each step.
  void select_step(int64_t step) { latents.select(step); }

  bool adapters_on_latents = true;
  bool add_attention = false;
  float attention_bias[3][3] = {};
  AttentionChoice attention;
  std::shared_ptr<const PromptConstants> prompt;
  Tensor condition_rows;  // (B * S_cond, E) after the image embedder, or undefined
  Tensor rope_cos;        // (S, D/2) float32
  Tensor rope_sin;        // (S, D/2) float32
  Modulations latents;
  Modulations condition;
  std::vector<DoubleModulation> double_blocks;
  std::vector<SingleModulation> single_blocks;
  ModulationTable final_shift;
  ModulationTable final_scale;
};

}  // namespace reflectionflow
