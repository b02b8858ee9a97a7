// The pixels of an image of 1024x1024 from floats to bytes and back; LibTorch would need five
// operators.
#include "kernels/memory_bound.h"
#include "rgb8/rgb8.h"

namespace reflectionflow::bench {
namespace {

MemoryBound convert(ScalarType type, bool to_bytes) {
  const Operand image = normal({1024, 1024, 3}, type);
  const Operand pixels = share(Tensor::empty({1024, 1024, 3}, ScalarType::kUInt8));
  std::memset(pixels->data(), 7, static_cast<size_t>(pixels->count()));
  kernels::Rgb8 op;
  op.dtype = kernel_dtype(type);
  op.values = image->count();
  op.in = to_bytes ? image->data() : pixels->data();
  op.out = to_bytes ? pixels->data() : image->data();
  return {std::string("1x1024x1024x3 ") + (to_bytes ? "to bytes" : "from bytes"),
          bytes_of(image) + bytes_of(pixels), [=, keep = std::make_pair(image, pixels)] {
            to_bytes ? kernels::rgb8_from_image(op, {}) : kernels::image_from_rgb8(op, {});
          }};
}

}  // namespace
}  // namespace reflectionflow::bench

int main(int argc, char** argv) {
  using namespace reflectionflow;
  return bench::bench_memory_bound(argc, argv, "rgb8",
                                   {[](ScalarType type) { return bench::convert(type, true); },
                                    [](ScalarType type) { return bench::convert(type, false); }});
}
