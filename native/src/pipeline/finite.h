// Refuses what would otherwise become black pixels without a word.
#pragma once

#include <string>

#include "torch/tensor.h"

namespace reflectionflow {

// Throws INVALID_ARGUMENT where the contiguous tensor holds NaN or infinity; subject is such as
// "the decoded image is".
void require_finite(const Tensor& tensor, const std::string& subject);

}  // namespace reflectionflow
