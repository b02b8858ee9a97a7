// What is kept is what was made of the same prompt in the same way, and never more than two.
#include "pipeline/prepared_prompts.h"

#include "common/check.h"

namespace reflectionflow {
namespace {

using Key = PreparedPrompts::Key;

Key key(std::vector<int64_t> texts) { return {std::move(texts), {1, 0.5f}, {3.5f}}; }

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
  CHECK(maker.makes(key({7, 7})));
  CHECK(!maker.makes(key({7})) && !maker.makes(key({7, 7})));
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
    CHECK(maker.makes(first) && maker.makes(other) && !maker.makes(first));
  }
}

TEST(two_are_kept_and_the_one_used_longest_ago_goes) {
  Maker maker;
  CHECK(maker.makes(key({1})) && maker.makes(key({2})));
  CHECK(!maker.makes(key({1})));
  CHECK(maker.makes(key({3})));
  CHECK(!maker.makes(key({1})) && maker.makes(key({2})));
}

TEST(the_eldest_is_given_up_before_the_next_is_made) {
  PreparedPrompts prepared;
  const auto make = [] { return std::make_shared<const PromptConstants>(); };
  const std::weak_ptr<const PromptConstants> eldest = prepared.get(key({1}), make);
  prepared.get(key({2}), make);
  CHECK(!eldest.expired());
  prepared.get(key({3}), [&] {
    CHECK(eldest.expired());
    return make();
  });
}

TEST(a_text_takes_what_was_made_of_it_along) {
  Maker maker;
  CHECK(maker.makes(key({1, 2})) && maker.makes(key({3})));
  maker.prepared.forget(2);
  CHECK(!maker.makes(key({3})) && maker.makes(key({1, 2})));
}

TEST(what_is_no_texts_is_not_kept) {
  Maker maker;
  CHECK(maker.makes(key({1, 0})) && maker.makes(key({1, 0})));
}

}  // namespace
}  // namespace reflectionflow
