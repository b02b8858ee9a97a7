// When a loop is worth more than one thread.
#pragma once

#include <cstdint>

namespace reflectionflow::kernels {

// Starting and joining a team costs about 5 microseconds, and much more where other processes want the same cores: a
// loop must have some 20 microseconds of work. An element stands for one read, a few operations and one write.
constexpr int64_t kElementsForThreads = 1 << 15;

inline bool worth_threads(int64_t elements) { return elements >= kElementsForThreads; }

}  // namespace reflectionflow::kernels
