// What products are computed in.
#pragma once

namespace reflectionflow {

enum class Precision {
  kExact,   // the computing type
  kFloat8,  // eight bits, a scale for each row and each output: approximate
  kInt8,    // the same in integers, which older cards have
};

// How rows reach the products that read them.
enum class Feed {
  kExact,      // as they are
  kQuantised,  // written as they are, because adapters read them too, then quantised
  kFused,      // quantised by the kernel that makes them
};

// Where no kernel both makes and quantises.
constexpr Feed unfused(Feed feed) { return feed == Feed::kFused ? Feed::kQuantised : feed; }

constexpr Feed feed_for(Precision precision, bool adapted) {
  if (precision == Precision::kExact) return Feed::kExact;
  return adapted ? Feed::kQuantised : Feed::kFused;
}

}  // namespace reflectionflow
