// The functions of LibTorch that only its CUDA library has, found when a device is asked for: our
// library never needs libtorch_cuda.so to be there. Prototypes as of LibTorch 2.10.
#pragma once

#include <string>

#include "torch/stable_abi.h"

namespace reflectionflow {

struct CudaStreamGuardOpaque;

struct CudaFunctions {
  // Products into the caller's memory, as their twins for the CPU.
  AOTITorchError (*addmm_out)(AtenTensorHandle out, AtenTensorHandle self, AtenTensorHandle mat1,
                              AtenTensorHandle mat2, double beta, double alpha);
  AOTITorchError (*mm_out)(AtenTensorHandle out, AtenTensorHandle self, AtenTensorHandle mat2);
  AOTITorchError (*bmm_out)(AtenTensorHandle out, AtenTensorHandle self, AtenTensorHandle mat2);
  AOTITorchError (*baddbmm_out)(AtenTensorHandle out, AtenTensorHandle self,
                                AtenTensorHandle batch1, AtenTensorHandle batch2, double beta,
                                double alpha);
  // self (M, K) and mat2 (K, N) in eight bits, scale_a (M, 1), scale_b (1, N) float32; null bias,
  // scale_result and out_dtype stand for none.
  AOTITorchError (*scaled_mm_out)(AtenTensorHandle out, AtenTensorHandle self,
                                  AtenTensorHandle mat2, AtenTensorHandle scale_a,
                                  AtenTensorHandle scale_b, AtenTensorHandle* bias,
                                  AtenTensorHandle* scale_result, int32_t* out_dtype,
                                  int32_t use_fast_accum);

  // self (M, K) and mat2 (K, N) of int8, out (M, N) of int32.
  AOTITorchError (*int_mm_out)(AtenTensorHandle out, AtenTensorHandle self, AtenTensorHandle mat2);

  // Streams of LibTorch's pool live as long as the process. A guard makes the stream and its
  // device the calling thread's current ones until it is deleted.
  AOTITorchError (*stream_from_pool)(bool high_priority, int32_t device, void** stream);
  AOTITorchError (*create_stream_guard)(void* stream, int32_t device,
                                        CudaStreamGuardOpaque** created);
  AOTITorchError (*delete_stream_guard)(CudaStreamGuardOpaque* guard);
  AOTITorchError (*current_stream)(int32_t device, void** stream);
};

// Finds them in a library, given by its path or name. Throws DEVICE naming the library that cannot
// be loaded, or the function that it lacks. The library is never unloaded: it registers operators.
CudaFunctions load_cuda_functions(const std::string& library);

// Where the process's LibTorch has its CUDA library: beside the libtorch_cpu.so that is loaded.
std::string cuda_library();

// The table for cuda_library(), filled at the first call that succeeds.
const CudaFunctions& cuda_functions();

}  // namespace reflectionflow
