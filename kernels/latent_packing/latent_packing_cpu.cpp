// Packing and unpacking of latents on the CPU: rows of patches in parallel.
#include "common/cuda_build.h"
#include "common/element.h"
#include "common/parallel.h"
#include "common/precondition.h"
#include "common/vectorised.h"
#include "latent_packing/latent_packing.h"
#include "latent_packing/latent_packing_cuda.h"

namespace reflectionflow::kernels {
namespace {

void check(const char* name, const LatentPacking& op) {
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

// The latents of one row of patches, and its tokens. Where channels are not last, two channels of
// latents lie `channel` apart.
template <typename Latent, typename Token>
struct PatchRow {
  Latent* latents;
  Token* tokens;
  int64_t channels, columns, channel;
};

template <typename Latent, typename Token>
PatchRow<Latent, Token> patch_row(const LatentPacking& op, Latent* latents, Token* tokens,
                                  int64_t b, int64_t i) {
  const int64_t plane = op.height * op.width, row = op.width * (op.channels_last ? op.channels : 1);
  const int64_t features = op.width / 2 * 4 * op.channels;
  return {latents + b * op.channels * plane + 2 * i * row,
          tokens + (b * (op.height / 2) + i) * features, op.channels, op.width / 2, plane};
}

// Both directions are one walk; kPack says which side is read.
template <bool kPack, typename Latent, typename Token>
KERNEL_INLINE void move_corner(Latent* latent, Token* token, float scale, float shift) {
  if constexpr (kPack) {
    store(token, load(latent) * scale + shift);
  } else {
    store(latent, load(token) * scale + shift);
  }
}

// The inner loop runs along the latents' contiguous dimension, to become vector code.
template <bool kPack, bool kChannelsLast, typename Row>
KERNEL_INLINE void move_patches(const Row& p, float scale, float shift) {
  const int64_t channels = p.channels, columns = p.columns;
  const int64_t right = kChannelsLast ? channels : 1, down = 2 * columns * right;
  const int64_t outer = kChannelsLast ? columns : channels;
  const int64_t inner = kChannelsLast ? channels : columns;
  for (int64_t o = 0; o < outer; ++o) {
    auto* const latents = p.latents + o * (kChannelsLast ? 2 * channels : p.channel);
    auto* const tokens = p.tokens + o * (kChannelsLast ? 4 * channels : 4);
#pragma omp simd
    for (int64_t n = 0; n < inner; ++n) {
      auto* const patch = latents + n * (kChannelsLast ? 1 : 2);
      auto* const token = tokens + n * (kChannelsLast ? 4 : 4 * channels);
      move_corner<kPack>(patch, token, scale, shift);
      move_corner<kPack>(patch + right, token + 1, scale, shift);
      move_corner<kPack>(patch + down, token + 2, scale, shift);
      move_corner<kPack>(patch + down + right, token + 3, scale, shift);
    }
  }
}

// Each row of patches belongs to one task.
template <bool kPack, typename Latent, typename Token>
void for_each_patch_row(const LatentPacking& op, Latent* latents, Token* tokens) {
#pragma omp parallel for collapse(2) \
    schedule(static) if (worth_threads(op.batch * op.channels * op.height * op.width))
  for (int64_t b = 0; b < op.batch; ++b) {
    for (int64_t i = 0; i < op.height / 2; ++i) {
      const auto row = patch_row(op, latents, tokens, b, i);
      vectorised([&] {
        if (op.channels_last) {
          move_patches<kPack, true>(row, op.scale, op.shift);
        } else {
          move_patches<kPack, false>(row, op.scale, op.shift);
        }
      });
    }
  }
}

}  // namespace

void pack_latents(const LatentPacking& op, Stream stream) {
  check("pack_latents", op);
  if (stream.on_cuda) {
    if constexpr (kCudaBuild) return pack_latents_cuda(op, stream);
    refuse_cuda("pack_latents");
  }
  with_element_type(op.dtype, [&](auto* element) {
    using T = std::remove_pointer_t<decltype(element)>;
    for_each_patch_row<true>(op, static_cast<const T*>(op.in), static_cast<T*>(op.out));
  });
}

void unpack_latents(const LatentPacking& op, Stream stream) {
  check("unpack_latents", op);
  if (stream.on_cuda) {
    if constexpr (kCudaBuild) return unpack_latents_cuda(op, stream);
    refuse_cuda("unpack_latents");
  }
  with_element_type(op.dtype, [&](auto* element) {
    using T = std::remove_pointer_t<decltype(element)>;
    for_each_patch_row<false>(op, static_cast<T*>(op.out), static_cast<const T*>(op.in));
  });
}

}  // namespace reflectionflow::kernels
