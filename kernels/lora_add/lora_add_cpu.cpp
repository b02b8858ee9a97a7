// The low-rank product, and its loop on the CPU: tiles of `up` are turned on the stack, so that a
// row's columns lie in one vector.
#include <algorithm>

#include "common/cuda_build.h"
#include "common/element.h"
#include "common/parallel.h"
#include "common/precondition.h"
#include "common/vectorised.h"
#include "lora_add/lora_add.h"
#include "lora_add/lora_add_cuda.h"

namespace reflectionflow::kernels {
namespace {

constexpr const char* kOp = "lora_add";
constexpr int64_t kColumns = 64;  // of a tile: four vectors of AVX-512
constexpr int64_t kDepth = 64;    // of the rank, in a tile; two tiles leave room in the first cache
constexpr int64_t kRows = 64;     // that share a tile before it is turned again

void check(const LoraAdd& op) {
  require_dtype(kOp, op.dtype);
  require_positive(kOp, "rows", op.rows);
  require_positive(kOp, "rank", op.rank);
  require_positive(kOp, "width", op.width);
  require_memory(kOp, "down", op.down);
  require_memory(kOp, "up", op.up);
  require_memory(kOp, "out", op.out);
  require_row_stride(kOp, "out", op.out_row_stride, op.width);
}

// The sums of a block of rows and of a tile's columns; columns beyond the width stay zero.
struct Block {
  float sums[kRows][kColumns];
  float up[kDepth][kColumns];
};

template <typename T>
KERNEL_INLINE void turn(const T* up, int64_t rank, int64_t depth, int64_t columns, Block& block) {
  for (int64_t c = 0; c < columns; ++c) {
    for (int64_t r = 0; r < depth; ++r) block.up[r][c] = load(up + c * rank + r);
  }
}

template <typename T>
KERNEL_INLINE void add_products(const T* down, int64_t depth, float* sums, const Block& block) {
  for (int64_t r = 0; r < depth; ++r) {
    const float factor = load(down + r);
#pragma omp simd
    for (int64_t c = 0; c < kColumns; ++c) sums[c] += factor * block.up[r][c];
  }
}

// Rows [first, first + rows) of columns [c0, c0 + columns).
template <typename T>
KERNEL_INLINE void add_block(const LoraAdd& op, int64_t first, int64_t rows, int64_t c0,
                             int64_t columns) {
  Block block{};
  for (int64_t r0 = 0; r0 < op.rank; r0 += kDepth) {
    const int64_t depth = std::min(kDepth, op.rank - r0);
    turn(static_cast<const T*>(op.up) + c0 * op.rank + r0, op.rank, depth, columns, block);
    for (int64_t row = 0; row < rows; ++row)
      add_products(static_cast<const T*>(op.down) + (first + row) * op.down_row_stride + r0, depth,
                   block.sums[row], block);
  }
  for (int64_t row = 0; row < rows; ++row) {
    T* out = static_cast<T*>(op.out) + (first + row) * op.out_row_stride + c0;
    for (int64_t c = 0; c < columns; ++c)
      store(out + c, load(out + c) + op.scale * block.sums[row][c]);
  }
}

}  // namespace

void lora_add(const LoraAdd& op, Stream stream) {
  check(op);
  if (stream.on_cuda) {
    if constexpr (kCudaBuild) return lora_add_cuda(op, stream);
    refuse_cuda(kOp);
  }
  with_element_type(op.dtype, [&](auto* element) {
    using T = std::remove_pointer_t<decltype(element)>;
#pragma omp parallel for collapse(2) schedule(static) if (worth_threads(op.rows * op.width))
    for (int64_t first = 0; first < op.rows; first += kRows) {
      for (int64_t c0 = 0; c0 < op.width; c0 += kColumns) {
        vectorised([&] {
          add_block<T>(op, first, std::min(kRows, op.rows - first), c0,
                       std::min(kColumns, op.width - c0));
        });
      }
    }
  });
}

}  // namespace reflectionflow::kernels
