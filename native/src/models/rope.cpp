// The tables are exact in float64 and rounded once.
#include "models/rope.h"

#include <cmath>

namespace reflectionflow {

std::vector<Position> grid_positions(int64_t rows, int64_t columns, int64_t column_shift) {
  std::vector<Position> positions;
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t column = 0; column < columns; ++column) {
      positions.push_back({0, row, column + column_shift});
    }
  }
  return positions;
}

RopeTable::RopeTable(const std::vector<Position>& positions, const std::array<int64_t, 3>& axes) {
  const int64_t tokens = static_cast<int64_t>(positions.size());
  const int64_t pairs = (axes[0] + axes[1] + axes[2]) / 2;
  cos = Tensor::empty({tokens, pairs}, ScalarType::kFloat32);
  sin = Tensor::empty({tokens, pairs}, ScalarType::kFloat32);
  for (int64_t token = 0; token < tokens; ++token) {
    int64_t at = token * pairs;
    for (size_t axis = 0; axis < axes.size(); ++axis) {
      for (int64_t i = 0; i < axes[axis]; i += 2, ++at) {
        const double frequency =
            1.0 / std::pow(10000.0, static_cast<double>(i) / static_cast<double>(axes[axis]));
        const double angle =
            static_cast<double>(positions[static_cast<size_t>(token)][axis]) * frequency;
        cos.as<float>()[at] = static_cast<float>(std::cos(angle));
        sin.as<float>()[at] = static_cast<float>(std::sin(angle));
      }
    }
  }
}

}  // namespace reflectionflow
