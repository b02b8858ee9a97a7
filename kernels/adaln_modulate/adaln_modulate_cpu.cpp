// adaLN modulation on the CPU: rows in parallel, mean and variance in two passes over a row in
// cache.
#include <cmath>

#include "adaln_modulate/adaln_modulate.h"
#include "common/element.h"
#include "common/parallel.h"
#include "common/precondition.h"
#include "common/vectorised.h"

namespace reflectionflow::kernels {
namespace {

constexpr const char* kOp = "adaln_modulate";

void check(const AdalnModulate& op, Stream stream) {
  require_cpu(kOp, stream);
  require_dtype(kOp, op.dtype);
  require_positive(kOp, "batch", op.batch);
  require_positive(kOp, "tokens", op.tokens);
  require_positive(kOp, "width", op.width);
  require(op.epsilon > 0, kOp, "epsilon ", op.epsilon, " is not positive");
  require_memory(kOp, "x", op.x.data);
  require_memory(kOp, "shift", op.shift.data);
  require_memory(kOp, "scale", op.scale.data);
  require_memory(kOp, "out", op.out.data);
  require_row_stride(kOp, "out", op.out.row_stride, op.width);
}

template <typename T>
KERNEL_INLINE void modulate_row(const T* x, const T* shift, const T* scale, T* out, int64_t width,
                  float epsilon) {
  float sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int64_t c = 0; c < width; ++c) sum += load(x + c);
  const float mean = sum / static_cast<float>(width);
  float squares = 0;
#pragma omp simd reduction(+ : squares)
  for (int64_t c = 0; c < width; ++c) {
    const float centred = load(x + c) - mean;
    squares += centred * centred;
  }
  const float inverse = 1.0f / std::sqrt(squares / static_cast<float>(width) + epsilon);
  // out may be x: each element is read before it is written.
#pragma omp simd
  for (int64_t c = 0; c < width; ++c) {
    store(out + c, (load(x + c) - mean) * inverse * (1.0f + load(scale + c)) + load(shift + c));
  }
}

}  // namespace

void adaln_modulate(const AdalnModulate& op, Stream stream) {
  check(op, stream);
  with_element_type(op.dtype, [&](auto* element) {
    using T = std::remove_pointer_t<decltype(element)>;
#pragma omp parallel for collapse(2) schedule(static) \
    if (worth_threads(op.batch * op.tokens * op.width))
    for (int64_t b = 0; b < op.batch; ++b) {
      for (int64_t s = 0; s < op.tokens; ++s) {
        vectorised([&] {
          modulate_row(
              static_cast<const T*>(op.x.data) + b * op.x.batch_stride + s * op.x.row_stride,
              static_cast<const T*>(op.shift.data) + b * op.shift.batch_stride,
              static_cast<const T*>(op.scale.data) + b * op.scale.batch_stride,
              static_cast<T*>(op.out.data) + b * op.out.batch_stride + s * op.out.row_stride,
              op.width, op.epsilon);
        });
      }
    }
  });
}

}  // namespace reflectionflow::kernels
