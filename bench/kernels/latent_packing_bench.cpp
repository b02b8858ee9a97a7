// Packing and unpacking the latents of an image of 1024x1024 pixels, in both layouts, beside
// LibTorch's copy into a view.
#include "kernels/memory_bound.h"
#include "latent_packing/latent_packing.h"
#include "torch/ops.h"

namespace reflectionflow::bench {
namespace {

constexpr int64_t kChannels = 16, kSide = 128, kPatches = kSide / 2, kFeatures = 4 * kChannels;

// Channel, patch row, row in it, patch column, column in it: of the latents, and of the tokens.
Tensor by_patch(const Tensor& latents, bool channels_last) {
  const int64_t column = channels_last ? kChannels : 1, row = kSide * column;
  return latents.view({kChannels, kPatches, 2, kPatches, 2},
                      {channels_last ? 1 : kSide * kSide, 2 * row, row, 2 * column, column});
}

Tensor by_token(const Tensor& tokens) {
  return tokens.view({kChannels, kPatches, 2, kPatches, 2},
                     {4, kPatches * kFeatures, 2, kFeatures, 1});
}

MemoryBound move(ScalarType type, bool pack, bool channels_last) {
  const Operand in = normal({kSide * kSide * kChannels}, type), out = empty(in->sizes(), type);
  kernels::LatentPacking op;
  op.dtype = kernel_dtype(type);
  op.batch = 1;
  op.channels = kChannels;
  op.height = op.width = kSide;
  op.scale = 0.3611f;
  op.shift = 0.1159f;
  op.channels_last = channels_last;
  op.in = in->data();
  op.out = out->data();
  const Operand from = share(pack ? by_patch(*in, channels_last) : by_token(*in));
  const Operand to = share(pack ? by_token(*out) : by_patch(*out, channels_last));
  return {std::string(pack ? "pack" : "unpack") + " 1x16x128x128" +
              (channels_last ? " channels last" : ""),
          bytes_of(in) + bytes_of(out),
          [=, keep = std::make_pair(in, out)] {
            pack ? kernels::pack_latents(op, {}) : kernels::unpack_latents(op, {});
          },
          [=] { ops::copy(*to, *from); }};
}

}  // namespace
}  // namespace reflectionflow::bench

int main(int argc, char** argv) {
  using namespace reflectionflow;
  std::vector<bench::MakeMemoryBound> works;
  for (const bool pack : {true, false}) {
    for (const bool channels_last : {false, true})
      works.push_back([=](ScalarType type) { return bench::move(type, pack, channels_last); });
  }
  return bench::bench_memory_bound(argc, argv, "latent_packing", works);
}
