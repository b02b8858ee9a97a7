// LibTorch's attention over the heads of a run, its output spread to the groups' rows.
#pragma once

#include "models/token_rows.h"

namespace reflectionflow {

// q_heads, k_heads and v_heads of the rows to out; condition_apart: condition and rest do not see
// each other. LibTorch returns new tensors here.
void library_attention(const FluxWorkspace& rows, double scale, bool condition_apart,
                       TokenRows& out);

}  // namespace reflectionflow
