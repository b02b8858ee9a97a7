// Weights for measuring without a model: numbers that no file has to hold.
#pragma once

#include <string>

#include "torch/tensor.h"

namespace reflectionflow {

// Values spread evenly around mean with the standard deviation given. Element i depends on the name
// and on i alone, not on the number of threads: equal calls give equal weights.
Tensor random_weight(const std::string& name, const Shape& sizes, ScalarType type, float mean,
                     float deviation);

}  // namespace reflectionflow
