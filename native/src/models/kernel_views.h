// LibTorch tensors as the kernels see them: pointers and strides.
#pragma once

#include "common/element.h"
#include "common/kernel.h"
#include "error.h"
#include "torch/cuda_functions.h"
#include "torch/tensor.h"

namespace reflectionflow {

inline kernels::DType kernel_dtype(ScalarType type) {
  switch (type) {
    case ScalarType::kFloat32:
      return kernels::DType::kFloat32;
    case ScalarType::kBFloat16:
      return kernels::DType::kBFloat16;
    case ScalarType::kFloat16:
      return kernels::DType::kFloat16;
    default:
      throw Error(ErrorCode::kInternal, std::string("no kernel takes ") + name_of(type));
  }
}

inline kernels::EightBits kernel_format(ScalarType type) {
  switch (type) {
    case ScalarType::kFloat8:
      return kernels::EightBits::kFloat8;
    case ScalarType::kInt8:
      return kernels::EightBits::kInt8;
    default:
      throw Error(ErrorCode::kInternal, std::string("no kernel quantises to ") + name_of(type));
  }
}

// The nearest value that the type can hold.
inline float round_to(ScalarType type, float value) {
  kernels::with_element_type(kernel_dtype(type), [&](auto* element) {
    std::remove_pointer_t<decltype(element)> rounded{};
    kernels::store(&rounded, value);
    value = kernels::load(&rounded);
  });
  return value;
}

// Where a kernel on this tensor's memory runs: on a card the calling thread's current stream.
inline kernels::Stream stream_for(const Tensor& tensor) {
  const Device& device = tensor.device();
  if (!device.on_cuda()) return {};
  kernels::Stream stream;
  stream.on_cuda = true;
  if (cuda_functions().current_stream(device.index, &stream.cuda_stream) != 0) {
    throw Error(ErrorCode::kDevice, device.to_string() + " has no current stream");
  }
  return stream;
}

// A (B*S, C) buffer, contiguous or with a row stride, as rows of B samples.
inline kernels::Rows<void> rows_of(const Tensor& tensor, int64_t batch) {
  const int64_t row = tensor.strides()[0];
  return {tensor.data(), tensor.size(0) / batch * row, row};
}

inline kernels::Rows<const void> const_rows_of(const Tensor& tensor, int64_t batch) {
  const kernels::Rows<void> rows = rows_of(tensor, batch);
  return {rows.data, rows.batch_stride, rows.row_stride};
}

}  // namespace reflectionflow
