// The formulas between pixels and floats, for tests and benches.
#pragma once

#include <cmath>
#include <vector>

namespace reflectionflow::kernels {

// From [-1, 1] to [0, 1], cut at both ends; NaN becomes 0.
inline float unit_interval_ref(float x) {
  const float unit = x / 2.0f + 0.5f;
  return std::isnan(unit) ? 0.0f : std::fmin(std::fmax(unit, 0.0f), 1.0f);
}

inline std::vector<float> rgb8_from_image_ref(const std::vector<float>& x) {
  std::vector<float> out(x.size());
  for (size_t i = 0; i < x.size(); ++i) out[i] = std::nearbyint(unit_interval_ref(x[i]) * 255.0f);
  return out;
}

inline std::vector<float> image_from_rgb8_ref(const std::vector<float>& pixels) {
  std::vector<float> out(pixels.size());
  for (size_t i = 0; i < pixels.size(); ++i) out[i] = (pixels[i] / 255.0f) * 2.0f - 1.0f;
  return out;
}

}  // namespace reflectionflow::kernels
