// GELU on the CPU: blocks of columns in parallel, tanh by way of exp.
#include <algorithm>

#include "common/cuda_build.h"
#include "common/element.h"
#include "common/fast_exp.h"
#include "common/parallel.h"
#include "common/precondition.h"
#include "common/vectorised.h"
#include "gelu_tanh/gelu_tanh.h"
#include "gelu_tanh/gelu_tanh_cuda.h"

namespace reflectionflow::kernels {
namespace {

constexpr const char* kOp = "gelu_tanh";

void check(const GeluTanh& op) {
  require_dtype(kOp, op.dtype);
  require_positive(kOp, "rows", op.rows);
  require_positive(kOp, "width", op.width);
  require_memory(kOp, "x", op.x);
  require_memory(kOp, "out", op.out);
  require_row_stride(kOp, "out", op.out_row_stride, op.width);
}

template <typename T>
KERNEL_INLINE void gelu_row(const T* x, T* out, int64_t width) {
  constexpr float kTwiceRootOfTwoOverPi = 1.595769122f;
  constexpr float kCubic = kTwiceRootOfTwoOverPi * 0.044715f;
#pragma omp simd
  for (int64_t c = 0; c < width; ++c) {
    const float value = load(x + c);
    // 0.5 * (1 + tanh(u)) = 1 / (1 + exp(-2u)), which keeps its precision where tanh nears -1.
    const float square = value * value;
    const float twice = value * (kTwiceRootOfTwoOverPi + kCubic * square);
    store(out + c, value / (1.0f + fast_exp(-twice)));
  }
}

}  // namespace

void gelu_tanh(const GeluTanh& op, Stream stream) {
  check(op);
  if (stream.on_cuda) {
    if constexpr (kCudaBuild) return gelu_tanh_cuda(op, stream);
    refuse_cuda(kOp);
  }
  with_element_type(op.dtype, [&](auto* element) {
    using T = std::remove_pointer_t<decltype(element)>;
#pragma omp parallel for collapse(2) schedule(static) if (worth_threads(op.rows * op.width))
    for (int64_t row = 0; row < op.rows; ++row) {
      for (int64_t c = 0; c < op.width; c += kBlock) {
        vectorised([&] {
          gelu_row(static_cast<const T*>(op.x) + row * op.x_row_stride + c,
                   static_cast<T*>(op.out) + row * op.out_row_stride + c,
                   std::min(kBlock, op.width - c));
        });
      }
    }
  });
}

}  // namespace reflectionflow::kernels
