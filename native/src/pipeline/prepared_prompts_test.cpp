// What is kept is what was made for the last run, which may use a prompt in two ways.
#include "pipeline/prepared_prompts.h"

#include "common/check.h"

namespace reflectionflow {
namespace {

using Key = PreparedPrompts::Key;

Key key(std::vector<int64_t> texts, float guidance = 3.5f) {
  return {std::move(texts), {1, 0.5f}, {guidance}};
}

struct Maker {
  PreparedPrompts prepared;
  int made = 0;

  // Whether the key had to be made anew.
  bool makes(const Key& key) {
    const int before = made;
    prepared.get(key, [&] {
      ++made;
      return std::make_shared<const PromptConstants>();
    });
    return made > before;
  }
};

TEST(the_same_prompt_is_made_once) {
  Maker maker;
  CHECK(maker.makes(key({7})));
  CHECK(!maker.makes(key({7})));
}

TEST(whatever_it_is_made_of_tells_keys_apart) {
  const Key first = key({7});
  std::vector<Key> others(6, first);
  others[0].texts = {8};
  others[1].timesteps = {1, 0.25f};
  others[2].guidance = {1};
  others[3].adapters_on_latents = false;
  others[4].conditioned = true;
  others[5].condition_timestep = 0.5f;
  for (const Key& other : others) {
    Maker maker;
    CHECK(maker.makes(first) && maker.makes(other) && !maker.makes(other));
    CHECK(!maker.makes(first));
  }
}

TEST(a_run_drops_all_but_its_own_before_anything_is_made) {
  PreparedPrompts prepared;
  std::vector<std::weak_ptr<const PromptConstants>> made;
  for (const float guidance : {1.0f, 2.0f, 3.0f}) {
    made.push_back(prepared.get(key({1}, guidance), std::make_shared<const PromptConstants>));
  }
  prepared.keep_only(key({1}, 3), key({1}, 1));
  CHECK(!made[0].expired() && made[1].expired() && !made[2].expired());
  prepared.keep_only(key({1, 1}, 1), key({1, 1}, 1));
  CHECK(made[0].expired() && made[2].expired());
}

TEST(a_text_takes_what_was_made_of_it_along) {
  Maker maker;
  CHECK(maker.makes(key({1, 2})));
  maker.prepared.forget(3);
  CHECK(!maker.makes(key({1, 2})));
  maker.prepared.forget(2);
  CHECK(maker.makes(key({1, 2})));
}

TEST(what_is_no_texts_is_not_kept) {
  Maker maker;
  CHECK(maker.makes(key({1, 0})) && maker.makes(key({1, 0})));
}

}  // namespace
}  // namespace reflectionflow
