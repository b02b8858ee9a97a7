// Pixel conversion on CUDA: its launch, and its launchers for operations that are already checked.
#pragma once

#include "common/flat_launch.h"
#include "rgb8/rgb8.h"

namespace reflectionflow::kernels {

// A thread takes 16 values at a time, so that bytes too move 16 to an access; or single ones.
constexpr int kPixelVector = 16;

inline FlatLaunch rgb8_launch(const Rgb8& op) {
  const bool wide = aligned(op.in) && aligned(op.out) && op.values % kPixelVector == 0;
  return flat_launch(1, op.values, wide ? kPixelVector : 1);
}

// Both throw std::runtime_error where CUDA refuses the launch.
void rgb8_from_image_cuda(const Rgb8& op, Stream stream);
void image_from_rgb8_cuda(const Rgb8& op, Stream stream);

}  // namespace reflectionflow::kernels
