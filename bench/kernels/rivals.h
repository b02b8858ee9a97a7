// LibTorch's operators that only benches call.
#pragma once

#include "error.h"
#include "torch/dispatch.h"
#include "torch/tensor.h"

extern "C" AOTITorchError aoti_torch_cpu_add_Tensor(AtenTensorHandle self, AtenTensorHandle other,
                                                    double alpha, AtenTensorHandle* sum);

namespace reflectionflow::bench {

// a + alpha b; b expands to a.
inline Tensor sum(const Tensor& a, const Tensor& b, double alpha = 1) {
  AtenTensorHandle made = nullptr;
  if (aoti_torch_cpu_add_Tensor(a.handle(), b.handle(), alpha, &made) != 0)
    throw Error(ErrorCode::kInternal, "the sum of " + a.to_string() + " and " + b.to_string());
  return Tensor(made);
}

// Without weight and bias, over the last of two dimensions.
inline Tensor layer_norm(const Tensor& x) {
  return Dispatch("aten::layer_norm")
      .tensor(x)
      .integers({x.size(1)})
      .none()
      .none()
      .number(1e-6)
      .boolean(true)
      .call();
}

// x (B, C, H, W), channels last, weight (O, C, kh, kw), bias (O); stride 1, sides kept by zeros
// around.
inline Tensor convolution(const Tensor& x, const Tensor& weight, const Tensor& bias) {
  const int64_t padding = weight.size(2) / 2;
  return Dispatch("aten::convolution")
      .tensor(x)
      .tensor(weight)
      .optional(bias)
      .integers({1, 1})
      .integers({padding, padding})
      .integers({1, 1})
      .boolean(false)
      .integers({0, 0})
      .integer(1)
      .call();
}

}  // namespace reflectionflow::bench
