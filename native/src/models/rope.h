// Rotary position embedding over three axes: (0, row, column) for image tokens, zeros for text.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "torch/tensor.h"

namespace reflectionflow {

using Position = std::array<int64_t, 3>;

// Positions of a grid of tokens, row by row; condition tokens shift their columns to the left of
// the image.
std::vector<Position> grid_positions(int64_t rows, int64_t columns, int64_t column_shift = 0);

// cos and sin for each token and pair, (S, D/2) float32; angles are formed in float64, base 10000.
struct RopeTable {
  RopeTable(const std::vector<Position>& positions, const std::array<int64_t, 3>& axes);
  Tensor cos;
  Tensor sin;
};

}  // namespace reflectionflow
