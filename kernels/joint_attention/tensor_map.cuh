// Encodes tensor maps for TMA. The encoder is the driver's; the runtime hands out its address, so
// that nothing is linked and the library loads on machines without a driver.
#pragma once

#include <cuda.h>
#include <cuda_runtime.h>

#include <stdexcept>
#include <string>

#include "common/cuda_launch.cuh"
#include "joint_attention/sm90_tiles.h"

namespace reflectionflow::kernels {

using EncodeTiled = CUresult (*)(CUtensorMap*, CUtensorMapDataType, cuuint32_t rank, void* address,
                                 const cuuint64_t* sizes, const cuuint64_t* strides,
                                 const cuuint32_t* box, const cuuint32_t* element_strides,
                                 CUtensorMapInterleave, CUtensorMapSwizzle, CUtensorMapL2promotion,
                                 CUtensorMapFloatOOBfill);

inline EncodeTiled find_encoder(const char* op) {
  void* found = nullptr;
  cudaDriverEntryPointQueryResult status;
#if CUDART_VERSION >= 12050
  constexpr unsigned kSince = 12000;
  require_cuda(op, cudaGetDriverEntryPointByVersion("cuTensorMapEncodeTiled", &found, kSince,
                                                    cudaEnableDefault, &status));
#else
  require_cuda(
      op, cudaGetDriverEntryPoint("cuTensorMapEncodeTiled", &found, cudaEnableDefault, &status));
#endif
  if (status != cudaDriverEntryPointSuccess || found == nullptr)
    throw std::runtime_error(std::string(op) + ": CUDA: the driver has no cuTensorMapEncodeTiled");
  return reinterpret_cast<EncodeTiled>(found);
}

// A map of 16-bit elements from `data` on, swizzled by 128 bytes; rows outside come as zeros.
inline CUtensorMap encode_tensor_map(const char* op, const TensorBox& plan, DType dtype,
                                     const void* data) {
  static const EncodeTiled encode = find_encoder(op);
  const CUtensorMapDataType type = dtype == DType::kBFloat16 ? CU_TENSOR_MAP_DATA_TYPE_BFLOAT16
                                                             : CU_TENSOR_MAP_DATA_TYPE_FLOAT16;
  const cuuint32_t element_strides[3] = {1, 1, 1};
  void* first = const_cast<char*>(static_cast<const char*>(data) + 2 * plan.first);
  CUtensorMap map;
  const CUresult result =
      encode(&map, type, 3, first, plan.sizes, plan.strides, plan.box, element_strides,
             CU_TENSOR_MAP_INTERLEAVE_NONE, CU_TENSOR_MAP_SWIZZLE_128B,
             CU_TENSOR_MAP_L2_PROMOTION_L2_256B, CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE);
  if (result != CUDA_SUCCESS)
    throw std::runtime_error(std::string(op) + ": CUDA: cuTensorMapEncodeTiled gives error " +
                             std::to_string(static_cast<int>(result)));
  return map;
}

}  // namespace reflectionflow::kernels
