// Row-wise quantisation on CUDA: its launch, and its launcher for operations that are already
// checked.
#pragma once

#include "common/row_launch.h"
#include "quantize_fp8/quantize_fp8.h"

namespace reflectionflow::kernels {

inline RowLaunch quantize_fp8_launch(const QuantizeFp8& op) { return row_launch(op); }

// Throws std::runtime_error where CUDA refuses the launch.
void quantize_fp8_cuda(const QuantizeFp8& op, Stream stream);

}  // namespace reflectionflow::kernels
