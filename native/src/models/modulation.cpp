// Each layer's product is copied to its columns of one table.
#include "models/modulation.h"

#include "error.h"
#include "torch/ops.h"

namespace reflectionflow {

ModulationTables::ModulationTables(const Tensor& silu_conditioning, int64_t batch, int64_t width)
    : conditioning_(silu_conditioning.share()),
      all_(Tensor::empty({silu_conditioning.size(0), width}, silu_conditioning.type(),
                         silu_conditioning.device())),
      batch_(batch) {}

int64_t ModulationTables::add(const Linear& layer, bool adapters) {
  const Tensor rows = layer(conditioning_, adapters);
  if (used_ + rows.size(1) > all_.size(1)) {
    throw Error(ErrorCode::kInternal, "more modulations than the table's " + all_.to_string());
  }
  Tensor columns = all_.view(rows.sizes(), all_.strides(), used_);
  ops::copy(columns, rows);
  const int64_t first = used_;
  used_ += rows.size(1);
  return first;
}

Modulations::Modulations(const ModulationTables& tables) {
  const Tensor& all = tables.all_;
  for (int64_t row = 0; row < all.size(0); row += tables.batch_) {
    step_.push_back(all.rows(row, tables.batch_));
  }
  current_ = step_.size() == 1
                 ? all.share()
                 : Tensor::empty({tables.batch_, all.size(1)}, all.type(), all.device());
}

void Modulations::select(int64_t step) {
  if (step_.size() > 1) ops::copy(current_, step_[static_cast<size_t>(step)]);
}

}  // namespace reflectionflow
