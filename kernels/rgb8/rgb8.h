// Pixels between the autoencoder's [-1, 1] with channels last and 8-bit RGB.
#pragma once

#include "common/kernel.h"

namespace reflectionflow::kernels {

struct Rgb8 {
  DType dtype = DType::kFloat32;  // of the float image
  int64_t values = 0;             // batch * height * width * 3
  const void* in = nullptr;       // contiguous
  void* out = nullptr;            // contiguous
};

// uint8 = round_half_even(255 * clamp(x / 2 + 0.5, 0, 1)), each operation in float32 as diffusers'
// image processor has it.
void rgb8_from_image(const Rgb8& op, Stream stream);

// x = (pixel / 255) * 2 - 1, each operation in float32, rounded once to dtype.
void image_from_rgb8(const Rgb8& op, Stream stream);

}  // namespace reflectionflow::kernels
