// Packs arguments as the stable ABI wants them: owned handles, doubles by their bits, optionals on
// the heap.
#include "torch/dispatch.h"

#include <dlfcn.h>

#include <algorithm>
#include <cstring>

#include "error.h"
#include "torch/cuda_runtime.h"
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

// Why the last call in this thread failed, its first line; LibTorch tells from 2.13 on.
std::string libtorch_reason() {
  static void* const library = dlopen("libtorch_cpu.so", RTLD_LAZY | RTLD_NOLOAD);
  static const auto tell = reinterpret_cast<const char* (*)()>(
      library ? dlsym(library, "torch_exception_get_what_without_backtrace") : nullptr);
  const char* const text = tell ? tell() : nullptr;
  const std::string reason = text ? text : "";
  return reason.substr(0, reason.find('\n'));
}

// Operators take new memory of about their operands' size, and older LibTorchs do not say that
// there was none.
bool card_is_full(int64_t operand_bytes) {
  try {
    return linked_cuda_runtime().memory().free < 2 * operand_bytes;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

Dispatch::Dispatch(const char* name, const char* overload) : name_(name), overload_(overload) {
  stack_.reserve(12);
}

AtenTensorHandle Dispatch::duplicate(const Tensor& value) {
  shapes_ += (shapes_.empty() ? "" : ", ") + value.to_string();
  if (value.defined()) {
    on_cuda_ = on_cuda_ || value.device().on_cuda();
    largest_ = std::max(largest_, value.count() * size_of(value.type()));
  }
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

void Dispatch::fail() const {
  std::string text = std::string(name_) + " failed on " + shapes_;
  const std::string reason = libtorch_reason();
  if (!reason.empty()) text += ": " + reason;
  const bool no_memory = reason.find("out of memory") != std::string::npos ||
                         (reason.empty() && on_cuda_ && card_is_full(largest_));
  throw Error(no_memory ? ErrorCode::kOutOfMemory : ErrorCode::kInternal, text);
}

Tensor Dispatch::call() {
  if (torch_call_dispatcher(name_, overload_, stack_.data(), kBuiltAgainst) != 0) fail();
  return Tensor(reinterpret_cast<AtenTensorHandle>(stack_[0]));
}

}  // namespace reflectionflow
