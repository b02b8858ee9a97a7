// Pixels between floats and bytes on the CPU, in the order of float32 operations that diffusers
// uses.
#include "common/cuda_build.h"
#include "common/element.h"
#include "common/parallel.h"
#include "common/precondition.h"
#include "rgb8/rgb8.h"
#include "rgb8/rgb8_cuda.h"
#include "rgb8/rgb8_formula.h"

namespace reflectionflow::kernels {
namespace {

void check(const char* name, const Rgb8& op) {
  require_dtype(name, op.dtype);
  require_positive(name, "values", op.values);
  require_memory(name, "in", op.in);
  require_memory(name, "out", op.out);
}

template <typename T>
KERNEL_INLINE void to_bytes(const T* image, uint8_t* pixels, int64_t count) {
#pragma omp simd
  for (int64_t i = 0; i < count; ++i) pixels[i] = byte_of(load(image + i));
}

template <typename T>
KERNEL_INLINE void from_bytes(const uint8_t* pixels, T* image, int64_t count) {
#pragma omp simd
  for (int64_t i = 0; i < count; ++i) store(image + i, value_of(pixels[i]));
}

}  // namespace

void rgb8_from_image(const Rgb8& op, Stream stream) {
  check("rgb8_from_image", op);
  if (stream.on_cuda) {
    if constexpr (kCudaBuild) return rgb8_from_image_cuda(op, stream);
    refuse_cuda("rgb8_from_image");
  }
  with_element_type(op.dtype, [&](auto* element) {
    using T = std::remove_pointer_t<decltype(element)>;
    for_each_block(op.values, [&](int64_t first, int64_t count) {
      to_bytes(static_cast<const T*>(op.in) + first, static_cast<uint8_t*>(op.out) + first, count);
    });
  });
}

void image_from_rgb8(const Rgb8& op, Stream stream) {
  check("image_from_rgb8", op);
  if (stream.on_cuda) {
    if constexpr (kCudaBuild) return image_from_rgb8_cuda(op, stream);
    refuse_cuda("image_from_rgb8");
  }
  with_element_type(op.dtype, [&](auto* element) {
    using T = std::remove_pointer_t<decltype(element)>;
    for_each_block(op.values, [&](int64_t first, int64_t count) {
      from_bytes(static_cast<const uint8_t*>(op.in) + first, static_cast<T*>(op.out) + first,
                 count);
    });
  });
}

}  // namespace reflectionflow::kernels
