// Packs arguments as the stable ABI wants them: owned handles, doubles by their bits, optionals on
// the heap.
#include "torch/dispatch.h"

#include <algorithm>
#include <cstring>

#include "error.h"
#include "torch/failure.h"
#include "torch/version.h"

namespace reflectionflow {
namespace {

StableIValue bits_of(double value) {
  StableIValue bits = 0;
  std::memcpy(&bits, &value, sizeof(value));
  return bits;
}

StableIValue on_heap(StableIValue value) {
  return reinterpret_cast<StableIValue>(new StableIValue(value));
}

StableIValue list_of(std::initializer_list<int64_t> values) {
  StableListHandle list = nullptr;
  if (torch_new_list_reserve_size(values.size(), &list) != 0) {
    throw Error(ErrorCode::kInternal, "torch_new_list_reserve_size failed");
  }
  for (int64_t value : values) {
    if (torch_list_push_back(list, static_cast<StableIValue>(value)) != 0) {
      throw Error(ErrorCode::kInternal, "torch_list_push_back failed");
    }
  }
  return reinterpret_cast<StableIValue>(list);
}

}  // namespace

Dispatch::Dispatch(const char* name, const char* overload) : name_(name), overload_(overload) {
  stack_.reserve(12);
}

AtenTensorHandle Dispatch::duplicate(const Tensor& value) {
  shapes_ += (shapes_.empty() ? "" : ", ") + value.to_string();
  if (value.defined()) bytes_on_card_ = std::max(bytes_on_card_, value.bytes_on_card());
  AtenTensorHandle handle = nullptr;
  if (!value.defined() || aoti_torch_new_tensor_handle(value.handle(), &handle) != 0) {
    throw Error(ErrorCode::kInternal, std::string(name_) + " was given " + value.to_string());
  }
  return handle;
}

Dispatch& Dispatch::tensor(const Tensor& value) {
  stack_.push_back(reinterpret_cast<StableIValue>(duplicate(value)));
  return *this;
}

Dispatch& Dispatch::optional(const Tensor& value) {
  if (!value.defined()) return none();
  stack_.push_back(on_heap(reinterpret_cast<StableIValue>(duplicate(value))));
  return *this;
}

Dispatch& Dispatch::integer(int64_t value) {
  stack_.push_back(static_cast<StableIValue>(value));
  return *this;
}

Dispatch& Dispatch::boolean(bool value) { return integer(value ? 1 : 0); }

Dispatch& Dispatch::none() { return integer(0); }

Dispatch& Dispatch::number(double value) {
  stack_.push_back(bits_of(value));
  return *this;
}

Dispatch& Dispatch::optional_number(double value) {
  stack_.push_back(on_heap(bits_of(value)));
  return *this;
}

Dispatch& Dispatch::integers(std::initializer_list<int64_t> values) {
  stack_.push_back(list_of(values));
  return *this;
}

Dispatch& Dispatch::optional_integers(std::initializer_list<int64_t> values) {
  stack_.push_back(on_heap(list_of(values)));
  return *this;
}

Dispatch& Dispatch::text(const char* value) {
  StringHandle handle = nullptr;
  if (torch_new_string_handle(value, std::strlen(value), &handle) != 0) {
    throw Error(ErrorCode::kInternal, "torch_new_string_handle failed");
  }
  stack_.push_back(reinterpret_cast<StableIValue>(handle));
  return *this;
}

Tensor Dispatch::call() {
  if (torch_call_dispatcher(name_, overload_, stack_.data(), kBuiltAgainst) != 0) {
    libtorch_failed(std::string(name_) + " failed on " + shapes_, bytes_on_card_);
  }
  return Tensor(reinterpret_cast<AtenTensorHandle>(stack_[0]));
}

}  // namespace reflectionflow
