// The life of a LibTorch handle.
#include "torch/tensor.h"

#include <utility>

#include "error.h"
#include "torch/cuda_runtime.h"
#include "torch/failure.h"

namespace reflectionflow {
namespace {

void check(AOTITorchError error, const char* function, const std::string& on) {
  if (error != 0) throw Error(ErrorCode::kInternal, std::string(function) + " failed on " + on);
}

// A card that gives no memory is full, unless it fails at everything.
void require_answer(const Device& device, const std::string& wanted) {
  std::string reason = libtorch_reason();
  try {
    linked_cuda_runtime().memory();
    if (reason.empty() || lacks_memory(reason)) return;
  } catch (const Error& error) {
    reason = error.reason();
  }
  throw Error(ErrorCode::kDevice,
              device.to_string() + " gives no memory for a tensor " + wanted + ": " + reason);
}

}  // namespace

std::atomic<int64_t> Tensor::handles_created_{0};
std::atomic<int64_t> Tensor::handles_alive_{0};

// Delegates, so that the destructor gives the handle back when a check throws.
Tensor::Tensor(AtenTensorHandle handle) : Tensor() {
  handle_ = handle;
  ++handles_created_;
  ++handles_alive_;
  int64_t rank = 0;
  int64_t* sizes = nullptr;
  int64_t* strides = nullptr;
  int32_t dtype = 0;
  check(aoti_torch_get_dim(handle, &rank), "aoti_torch_get_dim", "a new tensor");
  check(aoti_torch_get_sizes(handle, &sizes), "aoti_torch_get_sizes", "a new tensor");
  check(aoti_torch_get_strides(handle, &strides), "aoti_torch_get_strides", "a new tensor");
  check(aoti_torch_get_dtype(handle, &dtype), "aoti_torch_get_dtype", "a new tensor");
  check(aoti_torch_get_data_ptr(handle, &data_), "aoti_torch_get_data_ptr", "a new tensor");
  sizes_ = Shape(sizes, rank);
  strides_ = Shape(strides, rank);
  type_ = static_cast<ScalarType>(dtype);
  int32_t device_type = 0;
  int32_t device_index = 0;
  check(aoti_torch_get_device_type(handle, &device_type), "aoti_torch_get_device_type",
        "a new tensor");
  check(aoti_torch_get_device_index(handle, &device_index), "aoti_torch_get_device_index",
        "a new tensor");
  device_.type = static_cast<Device::Type>(device_type);
  if (device_.on_cuda()) device_.index = device_index;
}

Tensor::Tensor(Tensor&& other) noexcept { *this = std::move(other); }

Tensor& Tensor::operator=(Tensor&& other) noexcept {
  std::swap(handle_, other.handle_);
  std::swap(data_, other.data_);
  std::swap(sizes_, other.sizes_);
  std::swap(strides_, other.strides_);
  std::swap(type_, other.type_);
  std::swap(device_, other.device_);
  return *this;
}

Tensor::~Tensor() {
  if (handle_ == nullptr) return;
  aoti_torch_delete_tensor_object(handle_);
  --handles_alive_;
}

Tensor Tensor::empty(const Shape& sizes, ScalarType type, const Device& device) {
  return empty_strided(sizes, sizes.contiguous_strides(), type, device);
}

Tensor Tensor::empty_strided(const Shape& sizes, const Shape& strides, ScalarType type,
                             const Device& device) {
  AtenTensorHandle handle = nullptr;
  if (aoti_torch_empty_strided(sizes.rank(), sizes.data(), strides.data(),
                               static_cast<int32_t>(type), static_cast<int32_t>(device.type),
                               device.index, &handle) != 0) {
    const std::string wanted = std::string(name_of(type)) + sizes.to_string();
    if (device.on_cuda()) require_answer(device, wanted);
    throw Error(ErrorCode::kOutOfMemory, "no memory for a tensor " + wanted + " of " +
                                             std::to_string(sizes.count() * size_of(type) >> 20) +
                                             " MiB");
  }
  return Tensor(handle);
}

Tensor Tensor::from_blob(void* data, const Shape& sizes, ScalarType type) {
  return from_blob(data, sizes, sizes.contiguous_strides(), type);
}

Tensor Tensor::from_blob(void* data, const Shape& sizes, const Shape& strides, ScalarType type) {
  AtenTensorHandle handle = nullptr;
  check(aoti_torch_create_tensor_from_blob(data, sizes.rank(), sizes.data(), strides.data(), 0,
                                           static_cast<int32_t>(type),
                                           static_cast<int32_t>(Device::Type::kCpu), 0, &handle),
        "aoti_torch_create_tensor_from_blob", sizes.to_string());
  return Tensor(handle);
}

Tensor Tensor::share() const {
  AtenTensorHandle handle = nullptr;
  check(aoti_torch_new_tensor_handle(handle_, &handle), "aoti_torch_new_tensor_handle",
        to_string());
  return Tensor(handle);
}

Tensor Tensor::view(const Shape& sizes, const Shape& strides, int64_t offset) const {
  // LibTorch adds the offset to the tensor's own.
  AtenTensorHandle handle = nullptr;
  check(aoti_torch__reinterpret_tensor(handle_, sizes.rank(), sizes.data(), strides.data(), offset,
                                       &handle),
        "aoti_torch__reinterpret_tensor", to_string() + " as " + sizes.to_string());
  return Tensor(handle);
}

Tensor Tensor::view(const Shape& sizes) const {
  if (!is_contiguous() || sizes.count() != count()) {
    throw Error(ErrorCode::kInternal, to_string() + " cannot be seen as " + sizes.to_string());
  }
  return view(sizes, sizes.contiguous_strides());
}

Tensor Tensor::rows(int64_t first, int64_t count) const {
  if (first < 0 || count < 0 || first + count > sizes_[0]) {
    throw Error(ErrorCode::kInternal, "rows " + std::to_string(first) + " to " +
                                          std::to_string(first + count) + " of " + to_string());
  }
  Shape sizes = sizes_;
  sizes[0] = count;
  return view(sizes, strides_, first * strides_[0]);
}

Tensor Tensor::transposed() const {
  Shape sizes = sizes_;
  Shape strides = strides_;
  const int64_t last = sizes.rank() - 1;
  std::swap(sizes[last], sizes[last - 1]);
  std::swap(strides[last], strides[last - 1]);
  return view(sizes, strides);
}

Tensor Tensor::to(ScalarType type) const {
  Tensor copy = empty(sizes_, type, device_);
  check(aoti_torch_copy_(copy.handle_, handle_, 0), "aoti_torch_copy_", to_string());
  return copy;
}

Tensor Tensor::contiguous() const { return to(type_); }

Tensor Tensor::on(const Device& device) const {
  if (device == device_) return share();
  Tensor copy = empty(sizes_, type_, device);
  check(aoti_torch_copy_(copy.handle_, handle_, 0), "aoti_torch_copy_", to_string());
  return copy;
}

std::string Tensor::to_string() const {
  return defined() ? name_of(type_) + sizes_.to_string() : "undefined";
}

}  // namespace reflectionflow
