// What was made of the last run's prompt: images of other noise need it again.
#pragma once

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "models/flux_constants.h"

namespace reflectionflow {

class PreparedPrompts {
 public:
  using Made = std::shared_ptr<const PromptConstants>;

  // All that it is made of, beside the network.
  struct Key {
    std::vector<int64_t> texts;  // ids, which are never used again; 0: of no text's own
    std::vector<float> timesteps, guidance;
    bool adapters_on_latents = true;
    bool conditioned = false;
    float condition_timestep = 0;  // 0 where there is none

    bool operator==(const Key& other) const;
  };

  // Drops all else, so that it takes no memory beside a run of these.
  void keep_only(const Key& key, const Key& other);
  // What is kept for the key, or what make() gives, which is then kept.
  Made get(const Key& key, const std::function<Made()>& make);
  void forget(int64_t text);  // all that was made of it

 private:
  void drop(const std::function<bool(const Key&)>& which);

  std::vector<std::pair<Key, Made>> kept_;  // image guidance needs two of a prompt
};

}  // namespace reflectionflow
