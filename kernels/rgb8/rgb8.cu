// Pixel conversion on CUDA: 16 values are one access of bytes, and two or four of floats.
#include "common/cuda_launch.cuh"
#include "common/vector.cuh"
#include "rgb8/rgb8_cuda.h"
#include "rgb8/rgb8_formula.h"

namespace reflectionflow::kernels {
namespace {

// Elements of an access to the floats, where a thread takes N values.
template <typename T, int N>
constexpr int kAccess = N == 1 ? 1 : 16 / sizeof(T);

// Byte i of N, which are 0 before they are put.
__device__ __forceinline__ void put_byte(Packed<uint8_t, 16>& bytes, int i, uint8_t byte) {
  bytes.words[i / 4] |= static_cast<uint32_t>(byte) << i % 4 * 8;
}
__device__ __forceinline__ void put_byte(Packed<uint8_t, 1>& bytes, int, uint8_t byte) {
  bytes.element = byte;
}
__device__ __forceinline__ uint8_t byte_at(const Packed<uint8_t, 16>& bytes, int i) {
  return static_cast<uint8_t>(bytes.words[i / 4] >> i % 4 * 8);
}
__device__ __forceinline__ uint8_t byte_at(const Packed<uint8_t, 1>& bytes, int) {
  return bytes.element;
}

template <typename T, int N>
__global__ void __launch_bounds__(kFlatThreads)
    rgb8_from_image_kernel(const T* image, uint8_t* pixels, int64_t count, uint32_t blocks) {
  constexpr int V = kAccess<T, N>;
  const FlatShare share = flat_share(blockIdx.x, threadIdx.x, blockDim.x, blocks, N);
#pragma unroll
  for (int i = 0; i < kFlatVectors; ++i) {
    const int64_t at = share.first + i * share.stride;
    if (at >= count) return;
    Packed<T, V> floats[N / V];
#pragma unroll
    for (int part = 0; part < N / V; ++part) floats[part] = load_once<V>(image + at + part * V);
    Packed<uint8_t, N> bytes = {};
#pragma unroll
    for (int part = 0; part < N / V; ++part) {
      float values[V];
      unpack(floats[part], values);
#pragma unroll
      for (int c = 0; c < V; ++c) put_byte(bytes, part * V + c, byte_of(values[c]));
    }
    store(pixels + at, bytes);
  }
}

template <typename T, int N>
__global__ void __launch_bounds__(kFlatThreads)
    image_from_rgb8_kernel(const uint8_t* pixels, T* image, int64_t count, uint32_t blocks) {
  constexpr int V = kAccess<T, N>;
  const FlatShare share = flat_share(blockIdx.x, threadIdx.x, blockDim.x, blocks, N);
#pragma unroll
  for (int i = 0; i < kFlatVectors; ++i) {
    const int64_t at = share.first + i * share.stride;
    if (at >= count) return;
    const Packed<uint8_t, N> bytes = load_once<N>(pixels + at);
#pragma unroll
    for (int part = 0; part < N / V; ++part) {
      float values[V];
#pragma unroll
      for (int c = 0; c < V; ++c) values[c] = value_of(byte_at(bytes, part * V + c));
      store<V>(image + at + part * V, values);
    }
  }
}

// Calls body with the element's type and the values of a thread as a constant.
template <typename Body>
void with_pixel_vector(const Rgb8& op, const FlatLaunch& plan, const Body& body) {
  with_device_type(op.dtype, [&](auto* element) {
    if (plan.vector == 1) return body(element, std::integral_constant<int, 1>());
    return body(element, std::integral_constant<int, kPixelVector>());
  });
}

}  // namespace

void rgb8_from_image_cuda(const Rgb8& op, Stream stream) {
  const FlatLaunch plan = rgb8_launch(op);
  with_pixel_vector(op, plan, [&](auto* element, auto values) {
    using T = std::remove_pointer_t<decltype(element)>;
    launch("rgb8_from_image", plan, stream, rgb8_from_image_kernel<T, values()>,
           static_cast<const T*>(op.in), static_cast<uint8_t*>(op.out), op.values,
           plan.blocks_per_part);
  });
}

void image_from_rgb8_cuda(const Rgb8& op, Stream stream) {
  const FlatLaunch plan = rgb8_launch(op);
  with_pixel_vector(op, plan, [&](auto* element, auto values) {
    using T = std::remove_pointer_t<decltype(element)>;
    launch("image_from_rgb8", plan, stream, image_from_rgb8_kernel<T, values()>,
           static_cast<const uint8_t*>(op.in), static_cast<T*>(op.out), op.values,
           plan.blocks_per_part);
  });
}

}  // namespace reflectionflow::kernels
