// One call of an ATen operator by its schema name, through LibTorch's stable C ABI.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <vector>

#include "torch/tensor.h"

namespace reflectionflow {

// Arguments are added in the schema's order; call() consumes them and returns the one tensor that
// the operator returns. Operators with an at::Scalar argument cannot be called this way.
class Dispatch {
 public:
  explicit Dispatch(const char* name, const char* overload = "");

  Dispatch& tensor(const Tensor& value);
  Dispatch& optional(const Tensor& value);  // undefined stands for None
  Dispatch& integer(int64_t value);
  Dispatch& boolean(bool value);
  Dispatch& none();
  Dispatch& number(double value);
  Dispatch& optional_number(double value);
  Dispatch& integers(std::initializer_list<int64_t> values);
  Dispatch& optional_integers(std::initializer_list<int64_t> values);
  Dispatch& text(const char* value);
  Tensor call();

 private:
  AtenTensorHandle duplicate(const Tensor& value);

  const char* name_;
  const char* overload_;
  std::vector<StableIValue> stack_;
  std::string shapes_;
  int64_t bytes_on_card_ = 0;  // of the largest operand there
};

}  // namespace reflectionflow
