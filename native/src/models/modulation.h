// adaLN vectors: silu(conditioning) through a linear layer, for all steps of a run in one product.
#pragma once

#include "common/kernel.h"
#include "models/linear.h"

namespace reflectionflow {

// Rows (steps * B, chunks * E) of one linear layer.
class ModulationTable {
 public:
  ModulationTable() = default;
  // silu_conditioning (steps * B, E).
  ModulationTable(const Linear& linear, const Tensor& silu_conditioning, bool adapters)
      : rows_(linear(silu_conditioning, adapters)) {}

  // The vectors (B, width) of one chunk at a step.
  kernels::PerSample chunk(int64_t step, int64_t batch, int64_t width, int64_t index) const {
    const int64_t stride = rows_.size(1);
    const int64_t offset = step * batch * stride + index * width;
    return {rows_.as<char>() + offset * size_of(rows_.type()), stride};
  }

 private:
  Tensor rows_;
};

}  // namespace reflectionflow
