// An owning handle of a LibTorch tensor with its shape at hand.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "torch/device.h"
#include "torch/shape.h"
#include "torch/stable_abi.h"

namespace reflectionflow {

// Moves, never copies; share() makes a second handle of the same memory. Not thread-safe.
class Tensor {
 public:
  Tensor() = default;
  explicit Tensor(AtenTensorHandle handle);  // takes ownership
  Tensor(Tensor&& other) noexcept;
  Tensor& operator=(Tensor&& other) noexcept;
  Tensor(const Tensor&) = delete;
  Tensor& operator=(const Tensor&) = delete;
  ~Tensor();

  // Uninitialised memory from LibTorch's allocator; throws OUT_OF_MEMORY naming what was asked.
  static Tensor empty(const Shape& sizes, ScalarType type, const Device& device = {});
  static Tensor empty_strided(const Shape& sizes, const Shape& strides, ScalarType type,
                              const Device& device = {});
  // Memory of the host's that is the caller's and must outlive the tensor.
  static Tensor from_blob(void* data, const Shape& sizes, ScalarType type);
  static Tensor from_blob(void* data, const Shape& sizes, const Shape& strides, ScalarType type);

  Tensor share() const;
  // A view of the same storage; the offset counts elements from this tensor's first.
  Tensor view(const Shape& sizes, const Shape& strides, int64_t offset = 0) const;
  Tensor view(const Shape& sizes) const;            // contiguous, same number of elements
  Tensor rows(int64_t first, int64_t count) const;  // of the first dimension
  Tensor transposed() const;                        // of the last two dimensions
  Tensor to(ScalarType type) const;                 // a converted copy, contiguous
  Tensor contiguous() const;                        // a contiguous copy
  // The same memory where it lies on the device already, a contiguous copy where not. To the host
  // it waits for what the device was given before.
  Tensor on(const Device& device) const;

  bool defined() const { return handle_ != nullptr; }
  AtenTensorHandle handle() const { return handle_; }
  const Shape& sizes() const { return sizes_; }
  const Shape& strides() const { return strides_; }
  int64_t size(int64_t i) const { return sizes_[i]; }
  int64_t count() const { return sizes_.count(); }
  ScalarType type() const { return type_; }
  const Device& device() const { return device_; }
  bool is_contiguous() const { return strides_ == sizes_.contiguous_strides(); }
  void* data() const { return data_; }
  template <typename T>
  T* as() const {
    return static_cast<T*>(data_);
  }
  int64_t bytes() const { return count() * size_of(type_); }
  int64_t bytes_on_card() const { return device_.on_cuda() ? bytes() : 0; }
  std::string to_string() const;  // such as bfloat16[2, 16, 64]

  // Handles made so far in this process: what the allocation test of a step counts.
  static int64_t handles_created() { return handles_created_.load(); }
  // Handles alive now: what the leak test counts.
  static int64_t handles_alive() { return handles_alive_.load(); }

 private:
  AtenTensorHandle handle_ = nullptr;
  void* data_ = nullptr;
  Shape sizes_;
  Shape strides_;
  ScalarType type_ = ScalarType::kFloat32;
  Device device_;

  static std::atomic<int64_t> handles_created_;
  static std::atomic<int64_t> handles_alive_;
};

}  // namespace reflectionflow
