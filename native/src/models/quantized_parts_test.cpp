// What a kernel that quantises does in one pass is, bit for bit, what its parts do in a row.
#include "adaln_modulate/adaln_modulate.h"
#include "adaln_modulate_quantized/adaln_modulate_quantized.h"
#include "common/kernel_suite.h"
#include "gelu_tanh/gelu_tanh.h"
#include "gelu_tanh_quantized/gelu_tanh_quantized.h"
#include "quantize/quantize.h"

namespace reflectionflow::kernels {
namespace {

constexpr int64_t kBatch = 2, kTokens = 3;

// Where and in what the kernels work.
struct Place {
  Device device;
  DType dtype;
  EightBits format;
  int64_t width;

  Layout rows() const { return dense(kBatch, kTokens, width); }
  std::string text() const {
    return std::string(device.name) + " " + name_of(dtype) + " to " +
           (format == EightBits::kInt8 ? "int8 " : "float8 ") + std::to_string(width);
  }
};

// A tensor of the dtype; what nobody writes stays NaN.
struct Tensor : TestBuffer {
  Tensor(const Place& place, const Layout& layout)
      : TestBuffer(place.device, Stored::kAsTested, place.dtype, layout) {}
  Tensor(const Place& place, const Layout& layout, uint64_t seed) : Tensor(place, layout) {
    write(random_values(seed, layout.count(), 2));
  }
};

struct Quantized {
  TestBuffer patterns, row_scales;

  explicit Quantized(const Place& place)
      : patterns(place.device, Stored::kByte, place.dtype, place.rows()),
        row_scales(place.device, Stored::kFloat32, place.dtype, dense(1, 1, kBatch * kTokens)) {}

  bool has_the_bits_of(Quantized& other) {
    for (TestBuffer* buffer : {&patterns, &row_scales, &other.patterns, &other.row_scales})
      buffer->read();
    return patterns.bytes() == other.patterns.bytes() &&
           row_scales.bytes() == other.row_scales.bytes();
  }
};

// All rows of both samples.
template <typename Op>
Op rows_of(const Tensor& x, const Place& place) {
  Op op;
  op.dtype = place.dtype;
  op.rows = kBatch * kTokens;
  op.width = op.x_row_stride = op.out_row_stride = place.width;
  op.x = x.data();
  return op;
}

template <typename Op>
void write_to(Op& op, const Quantized& to, const Place& place) {
  op.format = place.format;
  op.out = static_cast<uint8_t*>(to.patterns.data());
  op.row_scale = static_cast<float*>(to.row_scales.data());
}

// The fields that a modulation has with and without quantisation.
template <typename Op>
Op modulation(const Tensor& x, const Tensor& shift, const Tensor& scale, const Place& place) {
  Op op;
  op.dtype = place.dtype;
  op.batch = kBatch;
  op.tokens = kTokens;
  op.width = place.width;
  op.x = {x.data(), kTokens * place.width, place.width};
  op.shift = {shift.data(), place.width};
  op.scale = {scale.data(), place.width};
  return op;
}

void check(Quantized& fused, const Tensor& unfused, const Place& place, const char* what) {
  Quantized parts(place);
  auto op = rows_of<Quantize>(unfused, place);
  write_to(op, parts, place);
  quantize(op, place.device.stream);
  CHECK_THAT(fused.has_the_bits_of(parts), what << " on " << place.text());
}

void check_modulation(const Place& place) {
  const Layout vectors = dense(kBatch, 1, place.width);
  const Tensor x(place, place.rows(), 1), shift(place, vectors, 2), scale(place, vectors, 4);
  const Tensor modulated(place, place.rows());
  auto alone = modulation<AdalnModulate>(x, shift, scale, place);
  alone.out = {modulated.data(), kTokens * place.width, place.width};
  adaln_modulate(alone, place.device.stream);
  Quantized fused(place);
  auto op = modulation<AdalnModulateQuantized>(x, shift, scale, place);
  op.format = place.format;
  op.out = {static_cast<uint8_t*>(fused.patterns.data()), kTokens * place.width, place.width};
  op.row_scale = static_cast<float*>(fused.row_scales.data());
  adaln_modulate_quantized(op, place.device.stream);
  check(fused, modulated, place, "modulation");
}

void check_gelu(const Place& place) {
  const Tensor x(place, place.rows(), 3), activation(place, place.rows());
  auto alone = rows_of<GeluTanh>(x, place);
  alone.out = activation.data();
  gelu_tanh(alone, place.device.stream);
  Quantized fused(place);
  auto op = rows_of<GeluTanhQuantized>(x, place);
  write_to(op, fused, place);
  gelu_tanh_quantized(op, place.device.stream);
  check(fused, activation, place, "GELU");
}

// Rows that a block has in registers, by single elements and by whole vectors, and rows longer than
// its registers.
void check_all(const Device& device) {
  on_every_path(device, [](const Device& on_path) {
    for (const DType dtype : {DType::kFloat32, DType::kBFloat16, DType::kFloat16}) {
      for (const EightBits format : {EightBits::kFloat8, EightBits::kInt8}) {
        for (const int64_t width : {333, 3072, 3077, 16384}) {
          check_modulation({on_path, dtype, format, width});
          check_gelu({on_path, dtype, format, width});
        }
      }
    }
  });
}

TEST(one_pass_gives_the_bits_of_both_in_a_row) { check_all(cpu_device()); }

CUDA_TEST(one_pass_gives_the_bits_of_both_in_a_row_on_cuda) { check_all(cuda_device()); }

}  // namespace
}  // namespace reflectionflow::kernels
