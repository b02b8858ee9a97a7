// Steps that resemble the one before skip all blocks but the first: approximate, and only where
// asked for.
#pragma once

#include "torch/tensor.h"

namespace reflectionflow {

// What the first block adds to the image rows tells how far a step is from the last one that was
// computed in full; within the threshold that one's further changes are added again.
class BlockCache {
 public:
  // threshold: of the mean change of the first block's addition, relative to the addition's mean.
  BlockCache(float threshold, const Tensor& image_rows);

  void before_first(const Tensor& image);  // (B * S_img, E), ahead of the first block
  // Behind the first block: whether the rest is skipped, and then added to the image rows.
  bool skip_rest(Tensor& image);
  void after_rest(const Tensor& image);  // behind the last block, where nothing was skipped

  int64_t skipped() const { return skipped_; }  // steps

 private:
  // to = a - b.
  void subtract(Tensor& to, const Tensor& a, const Tensor& b) const;

  float threshold_;
  Tensor start_;      // image rows ahead of the first block, then behind it
  Tensor addition_;   // of the first block, now
  Tensor reference_;  // of the first block, at the last full step
  Tensor rest_;       // of the other blocks, at the last full step
  Tensor minus_one_;  // (E)
  Tensor nothing_;    // zero, no dimensions
  double reference_size_ = -1;
  int64_t skipped_ = 0;
};

}  // namespace reflectionflow
