// Packing and unpacking on CUDA: a thread turns a tile around in its registers, so that both sides
// see whole vectors.
#include "common/cuda_launch.cuh"
#include "common/vector.cuh"
#include "latent_packing/latent_packing_cuda.h"

namespace reflectionflow::kernels {
namespace {

struct PackingTask {
  PackingShape shape;
  uint32_t tiles;
  float scale, shift;
  const void* in;
  void* out;
};

template <typename T, int V, int kAccesses, typename Offset>
__device__ __forceinline__ void read_tile(const void* from, const Offset& offset,
                                          float (&tile)[kAccesses][V]) {
  Packed<T, V> packed[kAccesses];
#pragma unroll
  for (int n = 0; n < kAccesses; ++n)
    packed[n] = load_once<V>(static_cast<const T*>(from) + offset(n));
#pragma unroll
  for (int n = 0; n < kAccesses; ++n) unpack(packed[n], tile[n]);
}

template <typename T, int V, int kAccesses, typename Offset>
__device__ __forceinline__ void write_tile(const float (&tile)[kAccesses][V], const Offset& offset,
                                           void* to) {
#pragma unroll
  for (int n = 0; n < kAccesses; ++n) store<V>(static_cast<T*>(to) + offset(n), tile[n]);
}

template <bool kPack, bool kChannelsLast, typename T, int V>
__global__ void __launch_bounds__(kPackingThreads) latent_packing_kernel(const PackingTask task) {
  constexpr int kAccesses = packing_accesses(kChannelsLast, V);
  const uint32_t tile = blockIdx.x * blockDim.x + threadIdx.x;
  if (tile >= task.tiles) return;
  const PackingPlace place = packing_place(task.shape, tile, kChannelsLast, V);
  const auto latent = [&](int n) {
    return place.latents + latent_access(place, kChannelsLast, V, n);
  };
  const auto token = [&](int n) { return place.tokens + token_access(place, kChannelsLast, V, n); };
  float read[kAccesses][V], written[kAccesses][V];
  if constexpr (kPack) {
    read_tile<T, V>(task.in, latent, read);
  } else {
    read_tile<T, V>(task.in, token, read);
  }
#pragma unroll
  for (int n = 0; n < kAccesses; ++n) {
#pragma unroll
    for (int e = 0; e < V; ++e) {
      const PackingElement from = latent_of_token(kChannelsLast, V, n, e);
      if constexpr (kPack) {
        written[n][e] = read[from.access][from.element] * task.scale + task.shift;
      } else {
        written[from.access][from.element] = read[n][e] * task.scale + task.shift;
      }
    }
  }
  if constexpr (kPack) {
    write_tile<T, V>(written, token, task.out);
  } else {
    write_tile<T, V>(written, latent, task.out);
  }
}

template <bool kPack>
void launch_packing(const char* name, const LatentPacking& op, Stream stream) {
  const PackingLaunch plan = latent_packing_launch(op);
  const PackingTask task = {
      plan.shape, static_cast<uint32_t>(plan.tiles), op.scale, op.shift, op.in, op.out};
  with_device_vector(op.dtype, plan.vector, [&](auto* element, auto vector) {
    using T = std::remove_pointer_t<decltype(element)>;
    const auto kernel = op.channels_last ? latent_packing_kernel<kPack, true, T, vector()>
                                         : latent_packing_kernel<kPack, false, T, vector()>;
    launch(name, plan, stream, kernel, task);
  });
}

}  // namespace

void pack_latents_cuda(const LatentPacking& op, Stream stream) {
  launch_packing<true>("pack_latents", op, stream);
}

void unpack_latents_cuda(const LatentPacking& op, Stream stream) {
  launch_packing<false>("unpack_latents", op, stream);
}

}  // namespace reflectionflow::kernels
