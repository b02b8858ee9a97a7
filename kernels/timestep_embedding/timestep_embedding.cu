// The sinusoidal embedding on CUDA: the values may come from the step before, without a word to the
// host. Too small to be worth more than plain code.
#include "common/cuda_launch.cuh"
#include "common/vector.cuh"
#include "timestep_embedding/timestep_angle.h"
#include "timestep_embedding/timestep_embedding_cuda.h"

namespace reflectionflow::kernels {
namespace {

template <typename T>
__global__ void timestep_embedding_kernel(const float* values, T* out, uint32_t entries,
                                          uint32_t frequencies) {
  const uint32_t index = blockIdx.x * blockDim.x + threadIdx.x;
  if (index >= entries) return;
  const TimestepEntry entry = timestep_entry(index, frequencies);
  float sine, cosine;
  sincosf(timestep_angle(values[entry.value], entry.frequency, frequencies), &sine, &cosine);
  from_float(cosine, out + entry.cosine);
  from_float(sine, out + entry.cosine + frequencies);
}

}  // namespace

void timestep_embedding_cuda(const TimestepEmbedding& op, Stream stream) {
  with_device_type(op.dtype, [&](auto* element) {
    using T = std::remove_pointer_t<decltype(element)>;
    launch("timestep_embedding", timestep_embedding_launch(op), stream,
           timestep_embedding_kernel<T>, op.values, static_cast<T*>(op.out),
           op.count * op.frequencies, op.frequencies);
  });
}

}  // namespace reflectionflow::kernels
