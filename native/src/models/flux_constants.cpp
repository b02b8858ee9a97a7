// Columns of shared tables become places in a run's memory.
#include "models/flux_constants.h"

#include <utility>

namespace reflectionflow {

FluxConstants::FluxConstants(std::shared_ptr<const PromptConstants> shared)
    : prompt(std::move(shared)), latents(prompt->latents) {
  const bool conditioned = prompt->condition.defined();
  if (conditioned) condition = Modulations(prompt->condition);
  for (const DoubleColumns& columns : prompt->double_blocks) {
    DoubleModulation block{
        {latents.at(columns.group[kText]), latents.at(columns.group[kImage]), {}}};
    if (conditioned) block.group[kCondition] = condition.at(columns.group[kCondition]);
    double_blocks.push_back(block);
  }
  for (const SingleColumns& columns : prompt->single_blocks) {
    SingleModulation block{latents.at(columns.latents), {}};
    if (conditioned) block.condition = condition.at(columns.condition);
    single_blocks.push_back(block);
  }
  final_shift = latents.at(prompt->final_shift);
  final_scale = latents.at(prompt->final_scale);
}

}  // namespace reflectionflow
