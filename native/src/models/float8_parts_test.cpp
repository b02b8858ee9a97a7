// What a kernel that quantises does in one pass is, bit for bit, what its parts do in a row.
#include "adaln_modulate/adaln_modulate.h"
#include "adaln_modulate_fp8/adaln_modulate_fp8.h"
#include "common/kernel_suite.h"
#include "gelu_tanh/gelu_tanh.h"
#include "gelu_tanh_fp8/gelu_tanh_fp8.h"
#include "quantize_fp8/quantize_fp8.h"

namespace reflectionflow::kernels {
namespace {

constexpr int64_t kTokens = 3, kWidth = 3077;

template <typename T>
std::vector<T> values(uint64_t seed, int64_t count) {
  const Values drawn = random_values(seed, count, 2);
  std::vector<T> stored(drawn.size());
  for (size_t i = 0; i < drawn.size(); ++i) store(&stored[i], drawn[i]);
  return stored;
}

struct Quantized {
  std::vector<uint8_t> patterns = std::vector<uint8_t>(2 * kTokens * kWidth);
  std::vector<float> row_scales = std::vector<float>(2 * kTokens);

  bool operator==(const Quantized& other) const {
    return patterns == other.patterns && row_scales == other.row_scales;
  }
};

// All rows of both samples.
template <typename Op, typename T>
Op rows_of(const std::vector<T>& x, DType dtype) {
  Op op;
  op.dtype = dtype;
  op.rows = 2 * kTokens;
  op.width = op.x_row_stride = op.out_row_stride = kWidth;
  op.x = x.data();
  return op;
}

template <typename Op>
void write_to(Op& op, Quantized& to) {
  op.out = to.patterns.data();
  op.row_scale = to.row_scales.data();
}

template <typename T>
Quantized quantized(const std::vector<T>& x, DType dtype) {
  Quantized result;
  auto op = rows_of<QuantizeFp8>(x, dtype);
  write_to(op, result);
  quantize_fp8(op, {});
  return result;
}

// The fields that a modulation has with and without quantisation.
template <typename Op, typename T>
Op modulation(const std::vector<T>& x, const std::vector<T>& vectors, DType dtype) {
  Op op;
  op.dtype = dtype;
  op.batch = 2;
  op.tokens = kTokens;
  op.width = kWidth;
  op.x = {x.data(), kTokens * kWidth, kWidth};
  op.shift = {vectors.data(), kWidth};
  op.scale = {vectors.data() + 2 * kWidth, kWidth};
  return op;
}

template <typename T>
void check_modulation(const std::string& where, DType dtype) {
  const std::vector<T> x = values<T>(1, 2 * kTokens * kWidth), vectors = values<T>(2, 4 * kWidth);
  std::vector<T> modulated(x.size());
  auto alone = modulation<AdalnModulate>(x, vectors, dtype);
  alone.out = {modulated.data(), kTokens * kWidth, kWidth};
  adaln_modulate(alone, {});
  Quantized fused;
  auto op = modulation<AdalnModulateFp8>(x, vectors, dtype);
  op.out = {fused.patterns.data(), kTokens * kWidth, kWidth};
  op.row_scale = fused.row_scales.data();
  adaln_modulate_fp8(op, {});
  CHECK_THAT(fused == quantized(modulated, dtype), where);
}

template <typename T>
void check_gelu(const std::string& where, DType dtype) {
  const std::vector<T> x = values<T>(3, 2 * kTokens * kWidth);
  std::vector<T> activation(x.size());
  auto alone = rows_of<GeluTanh>(x, dtype);
  alone.out = activation.data();
  gelu_tanh(alone, {});
  Quantized fused;
  auto op = rows_of<GeluTanhFp8>(x, dtype);
  write_to(op, fused);
  gelu_tanh_fp8(op, {});
  CHECK_THAT(fused == quantized(activation, dtype), where);
}

TEST(one_pass_gives_the_bits_of_both_in_a_row) {
  on_every_path(cpu_device(), [](const Device& device) {
    for (const DType dtype : {DType::kFloat32, DType::kBFloat16, DType::kFloat16}) {
      with_element_type(dtype, [&](auto* element) {
        using T = std::remove_pointer_t<decltype(element)>;
        const std::string where = std::string(device.name) + " " + name_of(dtype);
        check_modulation<T>("modulation " + where, dtype);
        check_gelu<T>("GELU " + where, dtype);
      });
    }
  });
}

}  // namespace
}  // namespace reflectionflow::kernels
