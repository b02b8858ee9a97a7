// What tests ask of a launch without a GPU: that cards take it, and that its threads reach every
// element once.
#pragma once

#include <vector>

#include "common/check.h"
#include "common/flat_launch.h"

namespace reflectionflow::kernels {

inline void check_launchable(const LaunchPlan& plan) {
  CHECK_THAT(launchable(plan), plan);
  CHECK_THAT(plan.threads % kWarp == 0, plan);
}

// Of an operation from rows to rows, both dense and in the same place.
template <typename Op>
Op dense_rows(void* memory, DType dtype, int64_t rows, int64_t width) {
  Op op;
  op.dtype = dtype;
  op.rows = rows;
  op.width = op.x_row_stride = op.out_row_stride = width;
  op.x = memory;
  op.out = static_cast<decltype(op.out)>(memory);
  return op;
}

// Counts the visits to each element of `size`, and reports the first that is not visited once.
class Coverage {
 public:
  explicit Coverage(int64_t size) : visits_(size) {}

  void visit(int64_t first, int64_t count = 1) {
    for (int64_t i = first; i < first + count; ++i) {
      if (i < 0 || i >= static_cast<int64_t>(visits_.size()))
        ++outside_;
      else
        ++visits_[i];
    }
  }

  bool once() const {
    for (const int count : visits_) {
      if (count != 1) return false;
    }
    return outside_ == 0;
  }

 private:
  std::vector<int> visits_;
  int64_t outside_ = 0;
};

// Walks as a kernel over a flat launch does: whole vectors inside each part, every element once.
inline void check_flat(const FlatLaunch& plan, int64_t parts, int64_t elements) {
  check_launchable(plan);
  Coverage coverage(parts * elements);
  for (int64_t block = 0; block < plan.grid_x; ++block) {
    for (int64_t thread = 0; thread < plan.threads; ++thread) {
      const FlatShare share =
          flat_share(block, thread, plan.threads, plan.blocks_per_part, plan.vector);
      for (int64_t i = 0; i < plan.vectors_per_thread; ++i) {
        const int64_t at = share.first + i * share.stride;
        if (at >= elements) break;
        CHECK_THAT(at + plan.vector <= elements, "a vector leaves its part: " << plan);
        coverage.visit(share.part * elements + at, plan.vector);
      }
    }
  }
  CHECK_THAT(coverage.once(), parts << " parts of " << elements << ": " << plan);
}

}  // namespace reflectionflow::kernels
