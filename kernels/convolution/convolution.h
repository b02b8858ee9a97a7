// A convolution of images with the channels last, its weights packed once when they are loaded.
#pragma once

#include "common/kernel.h"

namespace reflectionflow::kernels {

// How it is computed, and with it how the weights are packed. Results differ only by rounding.
enum class ConvolutionPath : int32_t {
  kAutomatic,   // on the CPU, the fastest of the next four that it and the dtype allow
  kPortable,    // any processor
  kAvx2,        // AVX2 and FMA
  kAvx512,      // AVX-512F
  kAvx512Bf16,  // AVX-512 BF16: products of pairs of channels; bfloat16 only
  kCuda,        // a card, and the only path of its streams; packed are (O, rows, columns, C)
};

// Weights (O, C, rows, columns) and how they are packed.
struct ConvolutionFilter {
  DType dtype = DType::kFloat32;  // of all tensors; sums are kept in float32
  int64_t out_channels = 0;
  int64_t in_channels = 0;  // at most 2048
  int64_t rows = 0;         // at most 3
  int64_t columns = 0;      // at most 3

  // Tests and benches force one of the CPU's paths, to check and to time each on one machine.
  ConvolutionPath path = ConvolutionPath::kAutomatic;
};

struct Convolution {
  ConvolutionFilter filter;
  const void* packed = nullptr;  // by pack_convolution for this filter; where x is
  int64_t batch = 0;
  int64_t height = 0, width = 0;  // of x
  int64_t out_height = 0, out_width = 0;
  int64_t stride = 1;         // 1 or 2
  int64_t top = 0, left = 0;  // rows and columns of zeros before x; what lies behind x is zero too

  const void* x = nullptr;         // (B, H, W, C) contiguous
  const void* bias = nullptr;      // (O)
  const void* residual = nullptr;  // where out lies, and may be out; added before the only rounding
  // Pixel (b, i, j) begins at out + b * batch + i * row + j * pixel strides, in elements.
  void* out = nullptr;
  int64_t out_batch_stride = 0, out_row_stride = 0, out_pixel_stride = 0;
};

// Bytes that pack_convolution writes.
int64_t packed_bytes(const ConvolutionFilter& filter);

// On the CPU, for whatever path. weights (O, C, rows, columns) contiguous, in the filter's dtype.
void pack_convolution(const ConvolutionFilter& filter, const void* weights, void* packed);

// Whether this processor can take the path for operands of the dtype; a card's path it cannot.
bool convolution_runs(ConvolutionPath path, DType dtype);

// Of the paths that convolution_runs allows, the fastest.
ConvolutionPath fastest_convolution(DType dtype);

const char* name_of(ConvolutionPath path);

void convolution(const Convolution& op, Stream stream);

}  // namespace reflectionflow::kernels
