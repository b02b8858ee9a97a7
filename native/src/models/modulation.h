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

// The vectors of all layers and steps: what follows from a prompt whatever the noise.
class ModulationTables {
 public:
  ModulationTables() = default;
  // silu_conditioning (steps * B, E); width: of all layers' outputs together.
  ModulationTables(const Tensor& silu_conditioning, int64_t batch, int64_t width);

  bool defined() const { return all_.defined(); }
  int64_t add(const Linear& layer, bool adapters);  // the column that the layer's vectors begin at

 private:
  friend class Modulations;

  Tensor conditioning_;
  Tensor all_;  // (steps * B, width)
  int64_t batch_ = 0;
  int64_t used_ = 0;  // columns that have a layer
};

// A run's choice of them.
class Modulations {
 public:
  Modulations() = default;
  explicit Modulations(const ModulationTables& tables);

  ModulationTable at(int64_t column) const { return {current_, column}; }
  // Makes a step's vectors the current ones. They are copied to one place, which a captured step
  // knows.
  void select(int64_t step);

 private:
  std::vector<Tensor> step_;  // (B, width) of each step, views
  Tensor current_;            // (B, width); the tables where there is one step only
};

}  // namespace reflectionflow
