// Row-wise quantisation on CUDA: its launch, and its launcher for operations that are already
// checked.
#pragma once

#include "common/row_launch.h"
#include "quantize/quantize.h"

namespace reflectionflow::kernels {

inline RowLaunch quantize_launch(const Quantize& op) { return row_launch(op); }

// Throws std::runtime_error where CUDA refuses the launch.
void quantize_cuda(const Quantize& op, Stream stream);

}  // namespace reflectionflow::kernels
