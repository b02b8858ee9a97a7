// The kernels around the transformer, from latents to pixels, for the GPU bench.
#include "convolution/convolution.h"
#include "euler_step/euler_step.h"
#include "gpu/c_functions.h"
#include "group_norm_silu/group_norm_silu.h"
#include "latent_packing/latent_packing.h"
#include "rgb8/rgb8.h"
#include "timestep_embedding/timestep_embedding.h"

namespace kernels = reflectionflow::kernels;
using kernels::DType;
using reflectionflow::bench::place;
using reflectionflow::bench::refusal_of;

BENCH_FUNCTION(euler_step, int64_t dtype, int64_t batch, int64_t elements, void* latents,
               const void* velocity, const float* sigma_step) {
  kernels::EulerStep op;
  op.dtype = static_cast<DType>(dtype);
  op.batch = batch;
  op.elements = elements;
  op.latents = latents;
  op.velocity = velocity;
  op.sigma_step = sigma_step;
  return refusal_of([&] { kernels::euler_step(op, place(cuda_stream, on_cuda)); });
}

namespace {

kernels::GroupNormSilu group_norm(int64_t pixels, int64_t channels, int64_t groups) {
  kernels::GroupNormSilu op;
  op.batch = 1;
  op.pixels = pixels;
  op.channels = channels;
  op.groups = groups;
  return op;
}

}  // namespace

// Floats that group_norm_silu asks for besides.
extern "C" int64_t bench_group_norm_silu_workspace(int64_t pixels, int64_t channels,
                                                   int64_t groups) {
  return kernels::group_norm_silu_workspace(group_norm(pixels, channels, groups));
}

BENCH_FUNCTION(group_norm_silu, int64_t dtype, int64_t pixels, int64_t channels, int64_t groups,
               const void* x, const void* weight, const void* bias, void* out, float* workspace) {
  kernels::GroupNormSilu op = group_norm(pixels, channels, groups);
  op.dtype = static_cast<DType>(dtype);
  op.x = x;
  op.weight = weight;
  op.bias = bias;
  op.out = out;
  op.workspace = workspace;
  return refusal_of([&] { kernels::group_norm_silu(op, place(cuda_stream, on_cuda)); });
}

namespace {

kernels::ConvolutionFilter filter_of(int64_t dtype, int64_t out, int64_t in, int64_t side,
                                     int64_t on_cuda) {
  const auto path =
      on_cuda ? kernels::ConvolutionPath::kCuda : kernels::ConvolutionPath::kAutomatic;
  return {static_cast<DType>(dtype), out, in, side, side, path};
}

}  // namespace

extern "C" int64_t bench_packed_convolution_bytes(int64_t dtype, int64_t out, int64_t in,
                                                  int64_t side, int64_t on_cuda) {
  return kernels::packed_bytes(filter_of(dtype, out, in, side, on_cuda));
}

// Both on the host, whichever the device is that will read what is packed.
BENCH_FUNCTION(pack_convolution, int64_t dtype, int64_t out, int64_t in, int64_t side,
               const void* weights, void* packed) {
  (void)cuda_stream;
  return refusal_of([&] {
    kernels::pack_convolution(filter_of(dtype, out, in, side, on_cuda), weights, packed);
  });
}

// An odd filter, with zeros around the image.
BENCH_FUNCTION(convolution, int64_t dtype, int64_t side, int64_t in, int64_t out_channels,
               int64_t filter_side, const void* x, const void* packed, const void* bias,
               void* out) {
  kernels::Convolution op;
  op.filter = filter_of(dtype, out_channels, in, filter_side, on_cuda);
  op.batch = 1;
  op.height = op.width = op.out_height = op.out_width = side;
  op.top = op.left = filter_side / 2;
  op.packed = packed;
  op.x = x;
  op.bias = bias;
  op.out = out;
  op.out_pixel_stride = out_channels;
  op.out_row_stride = side * out_channels;
  op.out_batch_stride = side * op.out_row_stride;
  return refusal_of([&] { kernels::convolution(op, place(cuda_stream, on_cuda)); });
}

BENCH_FUNCTION(timestep_embedding, int64_t dtype, int64_t count, int64_t frequencies,
               const float* values, void* out) {
  kernels::TimestepEmbedding op;
  op.dtype = static_cast<DType>(dtype);
  op.count = count;
  op.frequencies = frequencies;
  op.values = values;
  op.out = out;
  return refusal_of([&] { kernels::timestep_embedding(op, place(cuda_stream, on_cuda)); });
}

namespace {

kernels::LatentPacking packing(int64_t dtype, int64_t channels, int64_t height, int64_t width,
                               int64_t channels_last, double scale, double shift, const void* in,
                               void* out) {
  kernels::LatentPacking op;
  op.dtype = static_cast<DType>(dtype);
  op.batch = 1;
  op.channels = channels;
  op.height = height;
  op.width = width;
  op.channels_last = channels_last != 0;
  op.scale = static_cast<float>(scale);
  op.shift = static_cast<float>(shift);
  op.in = in;
  op.out = out;
  return op;
}

kernels::Rgb8 pixels(int64_t dtype, int64_t values, const void* in, void* out) {
  kernels::Rgb8 op;
  op.dtype = static_cast<DType>(dtype);
  op.values = values;
  op.in = in;
  op.out = out;
  return op;
}

}  // namespace

BENCH_FUNCTION(pack_latents, int64_t dtype, int64_t channels, int64_t height, int64_t width,
               int64_t channels_last, double scale, double shift, const void* in, void* out) {
  const auto op = packing(dtype, channels, height, width, channels_last, scale, shift, in, out);
  return refusal_of([&] { kernels::pack_latents(op, place(cuda_stream, on_cuda)); });
}

BENCH_FUNCTION(unpack_latents, int64_t dtype, int64_t channels, int64_t height, int64_t width,
               int64_t channels_last, double scale, double shift, const void* in, void* out) {
  const auto op = packing(dtype, channels, height, width, channels_last, scale, shift, in, out);
  return refusal_of([&] { kernels::unpack_latents(op, place(cuda_stream, on_cuda)); });
}

BENCH_FUNCTION(rgb8_from_image, int64_t dtype, int64_t values, const void* in, void* out) {
  const auto op = pixels(dtype, values, in, out);
  return refusal_of([&] { kernels::rgb8_from_image(op, place(cuda_stream, on_cuda)); });
}

BENCH_FUNCTION(image_from_rgb8, int64_t dtype, int64_t values, const void* in, void* out) {
  const auto op = pixels(dtype, values, in, out);
  return refusal_of([&] { kernels::image_from_rgb8(op, place(cuda_stream, on_cuda)); });
}
