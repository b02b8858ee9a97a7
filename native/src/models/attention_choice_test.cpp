// Which attention takes a run, and why.
#include "models/attention_choice.h"

#include <cmath>
#include <limits>

#include "common/check.h"
#include "error.h"

namespace reflectionflow {
namespace {

constexpr float kApart = -std::numeric_limits<float>::infinity();
const Device kCard{Device::Type::kCuda, 0};

TEST(the_cpu_takes_ours_and_a_card_libtorchs) {
  CHECK(choose_attention(AttentionWish::kAutomatic, {}, 0).ours);
  CHECK(!choose_attention(AttentionWish::kAutomatic, kCard, 0).ours);
}

TEST(a_wish_is_granted) {
  CHECK(choose_attention(AttentionWish::kOurs, kCard, 0).ours);
  CHECK(!choose_attention(AttentionWish::kLibTorch, {}, 0).ours);
}

TEST(a_bias_that_is_neither_nothing_nor_a_wall_needs_ours) {
  for (const AttentionWish wish : {AttentionWish::kAutomatic, AttentionWish::kLibTorch}) {
    CHECK(choose_attention(wish, kCard, std::log(1.2f)).ours);
    const AttentionChoice apart = choose_attention(wish, kCard, kApart);
    CHECK(!apart.ours && apart.condition_apart);
  }
}

TEST(knows_wishes_by_name) {
  CHECK(parse_attention("auto") == AttentionWish::kAutomatic);
  CHECK(parse_attention("ours") == AttentionWish::kOurs);
  CHECK(parse_attention("libtorch") == AttentionWish::kLibTorch);
  CHECK_THROWS(Error, parse_attention("flash"),
               "INVALID_ARGUMENT: no attention is called flash: auto, ours or libtorch");
}

}  // namespace
}  // namespace reflectionflow
