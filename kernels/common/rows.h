// Where the rows of an operand lie, for the CPU and for CUDA.
#pragma once

#include "common/host_device.h"
#include "common/kernel.h"

namespace reflectionflow::kernels {

// Row s of sample b.
template <typename T>
HOST_DEVICE T* row_at(const Rows<void>& rows, int64_t b, int64_t s) {
  return static_cast<T*>(rows.data) + b * rows.batch_stride + s * rows.row_stride;
}

template <typename T>
HOST_DEVICE const T* row_at(const Rows<const void>& rows, int64_t b, int64_t s) {
  return static_cast<const T*>(rows.data) + b * rows.batch_stride + s * rows.row_stride;
}

// The vector of sample b; null stays null.
template <typename T>
HOST_DEVICE const T* vector_at(const PerSample& vectors, int64_t b) {
  const T* data = static_cast<const T*>(vectors.data);
  return data == nullptr ? nullptr : data + b * vectors.batch_stride;
}

}  // namespace reflectionflow::kernels
