// adaLN vectors: silu(conditioning) through the linear layers of all blocks, for all steps of a run
// at once.
#pragma once

#include <vector>

#include "common/kernel.h"
#include "models/linear.h"

namespace reflectionflow {

// Where one layer's vectors of the current step lie, in the memory of a Modulations.
class ModulationTable {
 public:
  ModulationTable() = default;
  ModulationTable(const Tensor& current, int64_t column)
      : first_(current.as<char>() + column * size_of(current.type())),
        stride_(current.size(1)),
        element_(size_of(current.type())) {}

  // The vectors (B, width) of one chunk.
  kernels::PerSample chunk(int64_t width, int64_t index) const {
    return {first_ + index * width * element_, stride_};
  }

 private:
  const char* first_ = nullptr;
  int64_t stride_ = 0;
  int64_t element_ = 0;
};

class Modulations {
 public:
  Modulations() = default;
  // silu_conditioning (steps * B, E); width: of all layers' outputs together.
  Modulations(const Tensor& silu_conditioning, int64_t batch, int64_t width);

  bool defined() const { return all_.defined(); }
  ModulationTable add(const Linear& layer, bool adapters);
  // Makes a step's vectors the current ones. They are copied to one place, which a captured step
  // knows.
  void select(int64_t step);

 private:
  Tensor conditioning_;
  Tensor all_;                // (steps * B, width)
  std::vector<Tensor> step_;  // (B, width) of each step, views
  Tensor current_;            // (B, width); all_ where there is one step only
  int64_t used_ = 0;          // columns that have a layer
};

}  // namespace reflectionflow
