// Shape checks, then the call.
#include "torch/ops.h"

#include "error.h"
#include "torch/dispatch.h"

namespace reflectionflow::ops {
namespace {

[[noreturn]] void fail(const char* op, const Tensor& out, const Tensor& a, const Tensor& b) {
  throw Error(ErrorCode::kInternal, std::string(op) + " of " + a.to_string() + " and " +
                                        b.to_string() + " into " + out.to_string());
}

void check(bool holds, const char* op, const Tensor& out, const Tensor& a, const Tensor& b) {
  if (!holds) fail(op, out, a, b);
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
Tensor number(double value) {
  Tensor made = Tensor::empty({}, ScalarType::kFloat32);
  *made.as<float>() = static_cast<float>(value);
  return made;
}

}  // namespace

void addmm(Tensor& out, const Tensor& bias, const Tensor& a, const Tensor& b, double beta,
           double alpha) {
  check_product("addmm", 2, out, a, b);
  check(bias.defined() && bias.type() == out.type() &&
            bias.size(bias.sizes().rank() - 1) == out.size(1),
        "addmm", bias, a, b);
  check(aoti_torch_cpu_addmm_out(out.handle(), bias.handle(), a.handle(), b.handle(), beta,
                                 alpha) == 0,
        "addmm", out, a, b);
}

void mm(Tensor& out, const Tensor& a, const Tensor& b) {
  check_product("mm", 2, out, a, b);
  check(aoti_torch_cpu_mm_out(out.handle(), a.handle(), b.handle()) == 0, "mm", out, a, b);
}

void bmm(Tensor& out, const Tensor& a, const Tensor& b) {
  check_product("bmm", 3, out, a, b);
  check(aoti_torch_cpu_bmm_out(out.handle(), a.handle(), b.handle()) == 0, "bmm", out, a, b);
}

void baddbmm(Tensor& out, const Tensor& bias, const Tensor& a, const Tensor& b, double beta,
             double alpha) {
  check_product("baddbmm", 3, out, a, b);
  check(aoti_torch_cpu_baddbmm_out(out.handle(), bias.handle(), a.handle(), b.handle(), beta,
                                   alpha) == 0,
        "baddbmm", out, a, b);
}

void copy(Tensor& target, const Tensor& source) {
  check(target.defined() && source.defined() &&
            aoti_torch_copy_(target.handle(), source.handle(), 0) == 0,
        "copy", target, source, source);
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

Tensor scale(const Tensor& x, double factor) { return mul(x, number(factor)); }

Tensor clamp(const Tensor& x, double low, double high) {
  return Dispatch("aten::clamp", "Tensor")
      .tensor(x)
      .optional(number(low))
      .optional(number(high))
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
