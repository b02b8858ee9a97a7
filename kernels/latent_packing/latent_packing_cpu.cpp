// Packing and unpacking of latents on the CPU: rows of patches in parallel.
#include "common/element.h"
#include "common/parallel.h"
#include "common/precondition.h"
#include "latent_packing/latent_packing.h"

namespace reflectionflow::kernels {
namespace {

void check(const char* name, const LatentPacking& op, Stream stream) {
  require_cpu(name, stream);
  require_dtype(name, op.dtype);
  require_positive(name, "batch", op.batch);
  require_positive(name, "channels", op.channels);
  require_positive(name, "height", op.height);
  require_positive(name, "width", op.width);
  require(op.height % 2 == 0, name, "height ", op.height, " is not even");
  require(op.width % 2 == 0, name, "width ", op.width, " is not even");
  require_memory(name, "in", op.in);
  require_memory(name, "out", op.out);
  require(op.in != op.out, name, "cannot work in place");
}

int64_t latent_index(const LatentPacking& op, int64_t b, int64_t c, int64_t y, int64_t x) {
  return op.channels_last ? ((b * op.height + y) * op.width + x) * op.channels + c
                          : ((b * op.channels + c) * op.height + y) * op.width + x;
}

// Calls copy(latent index, packed index) for every element; each belongs to one task only.
template <typename Copy>
void for_each_element(const LatentPacking& op, const Copy& copy) {
  const int64_t patch_rows = op.height / 2, patch_columns = op.width / 2;
#pragma omp parallel for collapse(2) schedule(static) \
    if (worth_threads(op.batch * op.channels * op.height * op.width))
  for (int64_t b = 0; b < op.batch; ++b) {
    for (int64_t i = 0; i < patch_rows; ++i) {
      for (int64_t j = 0; j < patch_columns; ++j) {
        const int64_t token = ((b * patch_rows + i) * patch_columns + j) * op.channels * 4;
        for (int64_t c = 0; c < op.channels; ++c) {
          for (int64_t corner = 0; corner < 4; ++corner) {
            copy(latent_index(op, b, c, 2 * i + corner / 2, 2 * j + corner % 2),
                 token + c * 4 + corner);
          }
        }
      }
    }
  }
}

}  // namespace

void pack_latents(const LatentPacking& op, Stream stream) {
  check("pack_latents", op, stream);
  with_element_type(op.dtype, [&](auto* element) {
    using T = std::remove_pointer_t<decltype(element)>;
    const T* latents = static_cast<const T*>(op.in);
    T* packed = static_cast<T*>(op.out);
    for_each_element(op, [&](int64_t latent, int64_t token) {
      store(packed + token, load(latents + latent) * op.scale + op.shift);
    });
  });
}

void unpack_latents(const LatentPacking& op, Stream stream) {
  check("unpack_latents", op, stream);
  with_element_type(op.dtype, [&](auto* element) {
    using T = std::remove_pointer_t<decltype(element)>;
    const T* packed = static_cast<const T*>(op.in);
    T* latents = static_cast<T*>(op.out);
    for_each_element(op, [&](int64_t latent, int64_t token) {
      store(latents + latent, load(packed + token) * op.scale + op.shift);
    });
  });
}

}  // namespace reflectionflow::kernels
