// What LibTorch's products in eight bits ask of shapes on cards; their emulation on the CPU takes
// any.
#pragma once

#include "models/token_rows.h"

namespace reflectionflow {

// Throws INVALID_ARGUMENT naming the transformer's width that no product takes.
void require_eight_bit_widths(Precision precision, int64_t width);

// Throws INVALID_ARGUMENT naming the numbers of rows that no product takes.
void require_eight_bit_rows(Precision precision, const RowCounts& counts);

}  // namespace reflectionflow
