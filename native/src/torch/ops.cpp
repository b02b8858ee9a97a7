// Shape checks, then the call.
#include "torch/ops.h"

#include <algorithm>

#include "torch/cuda_functions.h"
#include "torch/dispatch.h"
#include "torch/failure.h"

namespace reflectionflow::ops {
namespace {

std::string described(const char* op, const Tensor& out, const Tensor& a, const Tensor& b) {
  return std::string(op) + " of " + a.to_string() + " and " + b.to_string() + " into " +
         out.to_string();
}

void check(bool holds, const char* op, const Tensor& out, const Tensor& a, const Tensor& b) {
  if (!holds) throw Error(ErrorCode::kInternal, described(op, out, a, b));
}

// Of a call: whether LibTorch did it.
void require(AOTITorchError error, const char* op, const Tensor& out, const Tensor& a,
             const Tensor& b) {
  if (error == 0) return;
  libtorch_failed(described(op, out, a, b),
                  std::max({out.bytes_on_card(), a.bytes_on_card(), b.bytes_on_card()}));
}

void check_product(const char* op, int64_t rank, const Tensor& out, const Tensor& a,
                   const Tensor& b) {
  bool fits = a.defined() && b.defined() && out.defined() && out.sizes().rank() == rank &&
              a.sizes().rank() == rank && b.sizes().rank() == rank && a.type() == b.type() &&
              out.type() == a.type() && a.size(rank - 1) == b.size(rank - 2) &&
              out.size(rank - 2) == a.size(rank - 2) && out.size(rank - 1) == b.size(rank - 1);
  if (fits && rank == 3) fits = a.size(0) == b.size(0) && out.size(0) == a.size(0);
  check(fits, op, out, a, b);
}

// Stands where an operator takes a number: a tensor without dimensions leaves the other one's type
// alone.
Tensor number(double value, const Device& device) {
  Tensor made = Tensor::empty({}, ScalarType::kFloat32);
  *made.as<float>() = static_cast<float>(value);
  return made.on(device);
}

// The C functions of a device's products.
struct Products {
  decltype(CudaFunctions::addmm_out) addmm = aoti_torch_cpu_addmm_out;
  decltype(CudaFunctions::mm_out) mm = aoti_torch_cpu_mm_out;
  decltype(CudaFunctions::bmm_out) bmm = aoti_torch_cpu_bmm_out;
  decltype(CudaFunctions::baddbmm_out) baddbmm = aoti_torch_cpu_baddbmm_out;
  decltype(CudaFunctions::int_mm_out) int_mm = aoti_torch_cpu__int_mm_out;
};

Products products_on(const Device& device) {
  if (!device.on_cuda()) return {};
  const CudaFunctions& cuda = cuda_functions();
  return {cuda.addmm_out, cuda.mm_out, cuda.bmm_out, cuda.baddbmm_out, cuda.int_mm_out};
}

// LibTorch's CPUs know one scale for a whole tensor only: this is the formula.
void scaled_mm_on_host(Tensor& out, const Tensor& a, const Tensor& b, const Tensor& scale_a,
                       const Tensor& scale_b, const Tensor& bias) {
  Tensor product = Tensor::empty(out.sizes(), ScalarType::kFloat32);
  addmm(product, bias.to(ScalarType::kFloat32), mul(a.to(ScalarType::kFloat32), scale_a),
        mul(b.to(ScalarType::kFloat32), scale_b));
  copy(out, product);
}

}  // namespace

void addmm(Tensor& out, const Tensor& bias, const Tensor& a, const Tensor& b, double beta,
           double alpha) {
  check_product("addmm", 2, out, a, b);
  check(bias.defined() && bias.type() == out.type() &&
            bias.size(bias.sizes().rank() - 1) == out.size(1),
        "addmm", bias, a, b);
  require(products_on(out.device())
              .addmm(out.handle(), bias.handle(), a.handle(), b.handle(), beta, alpha),
          "addmm", out, a, b);
}

void mm(Tensor& out, const Tensor& a, const Tensor& b) {
  check_product("mm", 2, out, a, b);
  require(products_on(out.device()).mm(out.handle(), a.handle(), b.handle()), "mm", out, a, b);
}

void bmm(Tensor& out, const Tensor& a, const Tensor& b) {
  check_product("bmm", 3, out, a, b);
  require(products_on(out.device()).bmm(out.handle(), a.handle(), b.handle()), "bmm", out, a, b);
}

void baddbmm(Tensor& out, const Tensor& bias, const Tensor& a, const Tensor& b, double beta,
             double alpha) {
  check_product("baddbmm", 3, out, a, b);
  require(products_on(out.device())
              .baddbmm(out.handle(), bias.handle(), a.handle(), b.handle(), beta, alpha),
          "baddbmm", out, a, b);
}

void scaled_mm(Tensor& out, const Tensor& a, const Tensor& b, const Tensor& scale_a,
               const Tensor& scale_b, const Tensor& bias) {
  const bool fits = a.size(1) == b.size(0) && out.size(0) == a.size(0) &&
                    out.size(1) == b.size(1) && scale_a.size(0) == a.size(0) &&
                    scale_b.size(1) == b.size(1) && out.type() == ScalarType::kBFloat16;
  check(fits, "scaled_mm", out, a, b);
  if (!out.device().on_cuda()) return scaled_mm_on_host(out, a, b, scale_a, scale_b, bias);
  AtenTensorHandle added = bias.handle();
  auto type = static_cast<int32_t>(out.type());
  require(cuda_functions().scaled_mm_out(out.handle(), a.handle(), b.handle(), scale_a.handle(),
                                         scale_b.handle(), &added, nullptr, &type, 1),
          "scaled_mm", out, a, b);
}

void int_mm(Tensor& out, const Tensor& a, const Tensor& b) {
  const bool fits = a.type() == ScalarType::kInt8 && b.type() == ScalarType::kInt8 &&
                    out.type() == ScalarType::kInt32 && a.size(1) == b.size(0) &&
                    out.size(0) == a.size(0) && out.size(1) == b.size(1);
  check(fits, "int_mm", out, a, b);
  require(products_on(out.device()).int_mm(out.handle(), a.handle(), b.handle()), "int_mm", out, a,
          b);
}

void copy(Tensor& target, const Tensor& source) {
  check(target.defined() && source.defined(), "copy", target, source, source);
  require(aoti_torch_copy_(target.handle(), source.handle(), 0), "copy", target, source, source);
}

void zero(Tensor& target) {
  check(target.defined(), "zero", target, target, target);
  require(aoti_torch_zero_(target.handle()), "zero", target, target, target);
}

bool all_finite(const Tensor& x) {
  const Tensor finite = Dispatch("aten::isfinite").tensor(x).call();
  return *Dispatch("aten::all").tensor(finite).call().on({}).as<bool>();
}

double mean_distance(const Tensor& a, const Tensor& b) {
  constexpr int64_t kMean = 1;
  const Tensor mean = Dispatch("aten::l1_loss").tensor(a).tensor(b).integer(kMean).call();
  return *mean.to(ScalarType::kFloat32).on({}).as<float>();
}

Tensor convolution(const Tensor& x, const Tensor& weight, const Tensor& bias, int64_t stride,
                   int64_t padding) {
  return Dispatch("aten::convolution")
      .tensor(x)
      .tensor(weight)
      .optional(bias)
      .integers({stride, stride})
      .integers({padding, padding})
      .integers({1, 1})
      .boolean(false)
      .integers({0, 0})
      .integer(1)
      .call();
}

Tensor repeat_pixels(const Tensor& x, int64_t times) {
  return Dispatch("aten::upsample_nearest2d", "vec")
      .tensor(x)
      .optional_integers({times * x.size(2), times * x.size(3)})
      .none()
      .call();
}

Tensor attention(const Tensor& q, const Tensor& k, const Tensor& v, double scale) {
  return Dispatch("aten::scaled_dot_product_attention")
      .tensor(q)
      .tensor(k)
      .tensor(v)
      .none()
      .number(0)
      .boolean(false)
      .optional_number(scale)
      .boolean(false)
      .call();
}

Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias) {
  return Dispatch("aten::linear").tensor(x).tensor(weight).optional(bias).call();
}

Tensor softmax(const Tensor& x) {
  return Dispatch("aten::softmax", "int").tensor(x).integer(-1).none().call();
}

Tensor silu(const Tensor& x) { return Dispatch("aten::silu").tensor(x).call(); }

Tensor sigmoid(const Tensor& x) { return Dispatch("aten::sigmoid").tensor(x).call(); }

Tensor gelu(const Tensor& x) { return Dispatch("aten::gelu").tensor(x).text("none").call(); }

Tensor mul(const Tensor& a, const Tensor& b) {
  return Dispatch("aten::mul", "Tensor").tensor(a).tensor(b).call();
}

// The number stays on the host, where LibTorch reads it in float32; on a card it would be rounded
// to x's type.
Tensor scale(const Tensor& x, double factor) { return mul(x, number(factor, {})); }

Tensor clamp(const Tensor& x, double low, double high) {
  return Dispatch("aten::clamp", "Tensor")
      .tensor(x)
      .optional(number(low, x.device()))
      .optional(number(high, x.device()))
      .call();
}

Tensor embedding(const Tensor& table, const Tensor& ids) {
  return Dispatch("aten::embedding")
      .tensor(table)
      .tensor(ids)
      .integer(-1)
      .boolean(false)
      .boolean(false)
      .call();
}

Tensor layer_norm(const Tensor& x, const Tensor& weight, const Tensor& bias, double epsilon) {
  return Dispatch("aten::layer_norm")
      .tensor(x)
      .integers({weight.size(0)})
      .optional(weight)
      .optional(bias)
      .number(epsilon)
      .boolean(true)
      .call();
}

Tensor rms_norm(const Tensor& x, const Tensor& weight, double epsilon) {
  return Dispatch("aten::rms_norm")
      .tensor(x)
      .integers({weight.size(0)})
      .optional(weight)
      .optional_number(epsilon)
      .call();
}

}  // namespace reflectionflow::ops
