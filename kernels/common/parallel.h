// When a loop is worth more than one thread, and how elements without rows are shared among
// threads.
#pragma once

#include <algorithm>
#include <cstdint>

#include "common/vectorised.h"

namespace reflectionflow::kernels {

// Starting and joining a team costs about 5 microseconds, and much more where other processes want
// the same cores: a loop must have some 20 microseconds of work. An element stands for one read, a
// few operations and one write.
constexpr int64_t kElementsForThreads = 1 << 15;

inline bool worth_threads(int64_t elements) { return elements >= kElementsForThreads; }

constexpr int64_t kBlock = 4096;  // elements of one task

// Calls body(first, count) for the blocks of `elements`, each on the vector path.
template <typename Body>
void for_each_block(int64_t elements, const Body& body) {
#pragma omp parallel for schedule(static) if (worth_threads(elements))
  for (int64_t first = 0; first < elements; first += kBlock)
    vectorised(body, first, std::min(kBlock, elements - first));
}

}  // namespace reflectionflow::kernels
