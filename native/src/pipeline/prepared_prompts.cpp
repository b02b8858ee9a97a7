// A list of two needs no map.
#include "pipeline/prepared_prompts.h"

#include <algorithm>

namespace reflectionflow {
namespace {

bool has(const std::vector<int64_t>& texts, int64_t text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

}  // namespace

bool PreparedPrompts::Key::operator==(const Key& other) const {
  return texts == other.texts && timesteps == other.timesteps && guidance == other.guidance &&
         adapters_on_latents == other.adapters_on_latents && conditioned == other.conditioned &&
         condition_timestep == other.condition_timestep;
}

void PreparedPrompts::keep_only(const Key& key, const Key& other) {
  drop([&](const Key& old) { return !(old == key) && !(old == other); });
}

PreparedPrompts::Made PreparedPrompts::get(const Key& key, const std::function<Made()>& make) {
  if (has(key.texts, 0)) return make();
  const auto found =
      std::find_if(kept_.begin(), kept_.end(), [&](const auto& each) { return each.first == key; });
  if (found != kept_.end()) return found->second;
  kept_.emplace_back(key, make());
  return kept_.back().second;
}

void PreparedPrompts::forget(int64_t text) {
  drop([&](const Key& key) { return has(key.texts, text); });
}

void PreparedPrompts::drop(const std::function<bool(const Key&)>& which) {
  kept_.erase(std::remove_if(kept_.begin(), kept_.end(),
                             [&](const auto& each) { return which(each.first); }),
              kept_.end());
}

}  // namespace reflectionflow
