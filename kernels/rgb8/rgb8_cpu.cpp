// Pixels between floats and bytes on the CPU, in the order of float32 operations that diffusers
// uses.
#include "common/element.h"
#include "common/parallel.h"
#include "common/precondition.h"
#include "rgb8/rgb8.h"

namespace reflectionflow::kernels {
namespace {

void check(const char* name, const Rgb8& op, Stream stream) {
  require_cpu(name, stream);
  require_dtype(name, op.dtype);
  require_positive(name, "values", op.values);
  require_memory(name, "in", op.in);
  require_memory(name, "out", op.out);
}

KERNEL_INLINE uint8_t byte_of(float x) {
  constexpr float kRounder = 8388608.0f;  // 2^23: adding it rounds half to even
  float unit = x / 2.0f + 0.5f;
  unit = unit > 0.0f ? unit : 0.0f;  // NaN too
  unit = unit < 1.0f ? unit : 1.0f;
  return static_cast<uint8_t>(bits_of(unit * 255.0f + kRounder));  // the integer is the mantissa
}

template <typename T>
KERNEL_INLINE void to_bytes(const T* image, uint8_t* pixels, int64_t count) {
#pragma omp simd
  for (int64_t i = 0; i < count; ++i) pixels[i] = byte_of(load(image + i));
}

template <typename T>
KERNEL_INLINE void from_bytes(const uint8_t* pixels, T* image, int64_t count) {
#pragma omp simd
  for (int64_t i = 0; i < count; ++i)
    store(image + i, (static_cast<float>(pixels[i]) / 255.0f) * 2.0f - 1.0f);
}

}  // namespace

void rgb8_from_image(const Rgb8& op, Stream stream) {
  check("rgb8_from_image", op, stream);
  with_element_type(op.dtype, [&](auto* element) {
    using T = std::remove_pointer_t<decltype(element)>;
    for_each_block(op.values, [&](int64_t first, int64_t count) {
      to_bytes(static_cast<const T*>(op.in) + first, static_cast<uint8_t*>(op.out) + first, count);
    });
  });
}

void image_from_rgb8(const Rgb8& op, Stream stream) {
  check("image_from_rgb8", op, stream);
  with_element_type(op.dtype, [&](auto* element) {
    using T = std::remove_pointer_t<decltype(element)>;
    for_each_block(op.values, [&](int64_t first, int64_t count) {
      from_bytes(static_cast<const uint8_t*>(op.in) + first, static_cast<T*>(op.out) + first,
                 count);
    });
  });
}

}  // namespace reflectionflow::kernels
