// How engine_functions_step.cpp puts parts of the engine behind C functions, which ctypes can call:
// objects are handles, errors are texts.
#pragma once

#include "engine_state.h"
#include "gpu/c_functions.h"

namespace reflectionflow::bench {

// A handle is an object's address.
template <typename T>
int64_t handle_of(std::unique_ptr<T> object) {
  return reinterpret_cast<int64_t>(object.release());
}

template <typename T>
T& object_of(int64_t handle) {
  return *reinterpret_cast<T*>(handle);
}

template <typename T>
void give_back(int64_t handle) {
  delete reinterpret_cast<T*>(handle);
}

// Memory of PyTorch's as a tensor of ours; it must outlive the tensor.
inline Tensor borrowed(const void* data, const Shape& sizes, ScalarType type,
                       const Device& device) {
  AtenTensorHandle handle = nullptr;
  if (aoti_torch_create_tensor_from_blob(
          const_cast<void*>(data), sizes.rank(), sizes.data(), sizes.contiguous_strides().data(), 0,
          static_cast<int32_t>(type), static_cast<int32_t>(device.type), device.index,
          &handle) != 0) {
    throw Error(ErrorCode::kInternal, std::string("LibTorch refuses memory of the caller's as ") +
                                          name_of(type) + sizes.to_string());
  }
  return Tensor(handle);
}

}  // namespace reflectionflow::bench

// Null, or why it failed, until the thread's next call.
#define BENCH_STEP_FUNCTION(name, ...) extern "C" const char* bench_step_##name(__VA_ARGS__)
