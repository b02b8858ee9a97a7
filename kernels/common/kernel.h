// What every kernel's parameters are made of: element types, views of memory with strides, and the
// place to run.
#pragma once

#include <cstdint>

namespace reflectionflow::kernels {

enum class DType : int32_t { kFloat32, kBFloat16, kFloat16 };

// Bytes of one element.
constexpr int64_t size_of(DType dtype) { return dtype == DType::kFloat32 ? 4 : 2; }

// What elements of eight bits are: floats (e4m3), or integers from -127 to 127.
enum class EightBits : int32_t { kFloat8, kInt8 };

// Where a launcher runs: the CPU (handle null, OpenMP's threads, finished on return) or a CUDA
// stream.
struct Stream {
  void* cuda_stream = nullptr;
  bool on_cuda = false;
};

// Rows of one stream of tokens for each sample: element (b, s, c) lies at data + b*batch_stride +
// s*row_stride + c. Strides count elements; the last dimension is contiguous.
template <typename T>
struct Rows {
  T* data = nullptr;
  int64_t batch_stride = 0;
  int64_t row_stride = 0;
};

// One vector for each sample: element (b, c) lies at data + b*batch_stride + c. A batch_stride of 0
// shares it.
struct PerSample {
  const void* data = nullptr;
  int64_t batch_stride = 0;
};

// Text, image and condition rows: at most three groups share one attention.
constexpr int kMaxRowGroups = 3;

}  // namespace reflectionflow::kernels
