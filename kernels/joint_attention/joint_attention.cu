// Joint attention on CUDA: the choice of a kernel, and the plain kernel for whatever tensor cores
// do not take: float32, operands at odd addresses, scales that are not positive.
#include "common/block_reduce.cuh"
#include "common/cuda_launch.cuh"
#include "common/precondition.h"
#include "common/vector.cuh"
#include "joint_attention/joint_attention_kernels.h"

namespace reflectionflow::kernels {
namespace {

constexpr const char* kOp = "joint_attention";
constexpr int kPlainThreads = kPlainWarps * kWarp;
constexpr int kMaxPerLane = 4;  // elements of a head of 128

struct PlainParameters {
  const void *q, *k, *v;
  AttentionShape shape;
  AttentionOutput out[kMaxRowGroups];
};

// One warp's query, elements lane + 32 i in each lane, against one key after the other.
template <typename T>
struct PlainQuery {
  float q[kMaxPerLane], sum[kMaxPerLane];
  float largest, total;

  __device__ __forceinline__ void load(const T* from, int head_size) {
    largest = -INFINITY;
    total = 0;
#pragma unroll
    for (int i = 0; i < kMaxPerLane; ++i) {
      const int at = threadIdx.x % kWarp + i * kWarp;
      q[i] = at < head_size ? to_float(from[at]) : 0.0f;
      sum[i] = 0;
    }
  }

  // The weight of a key is 2^(logit - largest so far); an infinite or NaN logit shows in the total.
  __device__ __forceinline__ void attend(const T* k, const T* v, int head_size, float scale,
                                         float bias) {
    float dot = 0;
#pragma unroll
    for (int i = 0; i < kMaxPerLane; ++i) {
      const int at = threadIdx.x % kWarp + i * kWarp;
      if (at < head_size) dot += q[i] * to_float(k[at]);
    }
    const float logit = warp_sum(dot) * scale + bias;
    const float now = fmaxf(largest, logit);
    const float base = now == -INFINITY ? 0.0f : now;
    const float shrink = exp2f(largest - base), weight = exp2f(logit - base);
    largest = now;
    total = total * shrink + weight;
#pragma unroll
    for (int i = 0; i < kMaxPerLane; ++i) {
      const int at = threadIdx.x % kWarp + i * kWarp;
      if (at < head_size) sum[i] = sum[i] * shrink + weight * to_float(v[at]);
    }
  }
};

template <typename T>
__global__ void __launch_bounds__(kPlainThreads, 4)
    joint_attention_plain_kernel(const __grid_constant__ PlainParameters op) {
  const AttentionShape& shape = op.shape;
  const int64_t row = static_cast<int64_t>(blockIdx.x) * kPlainWarps + threadIdx.x / kWarp;
  if (row >= static_cast<int64_t>(shape.planes) * shape.sequence) return;
  const int64_t plane = row / shape.sequence;
  int64_t at = row % shape.sequence;
  int group = 0;
  while (at >= shape.tokens[group]) at -= shape.tokens[group++];

  PlainQuery<T> query;
  query.load(static_cast<const T*>(op.q) + row * shape.head_size, shape.head_size);
  for (int g = 0; g < shape.groups; ++g) {
    if (!sees(shape, group, g)) continue;
    const int64_t first = (plane * shape.sequence + start_of(shape, g)) * shape.head_size;
    const T *k = static_cast<const T*>(op.k) + first, *v = static_cast<const T*>(op.v) + first;
    for (int64_t j = 0; j < shape.tokens[g]; ++j)
      query.attend(k + j * shape.head_size, v + j * shape.head_size, shape.head_size, shape.scale,
                   shape.bias[group][g]);
  }
  const AttentionOutput& out = op.out[group];
  T* to = static_cast<T*>(out.data) + plane / shape.heads * out.batch_stride + at * out.row_stride +
          plane % shape.heads * shape.head_size;
#pragma unroll
  for (int i = 0; i < kMaxPerLane; ++i) {
    const int column = threadIdx.x % kWarp + i * kWarp;
    if (column < shape.head_size) from_float(query.sum[i] / query.total, to + column);
  }
}

}  // namespace

void joint_attention_plain(const JointAttention& op, const JointAttentionLaunch& plan,
                           Stream stream) {
  PlainParameters parameters = {op.q, op.k, op.v, attention_shape(op), {}};
  for (int g = 0; g < op.groups; ++g) parameters.out[g] = attention_output(op, g);
  with_device_type(op.dtype, [&](auto* element) {
    using T = std::remove_pointer_t<decltype(element)>;
    launch(kOp, plan, stream, joint_attention_plain_kernel<T>, parameters);
  });
}

namespace {

CudaCard ask_card(int device) {
  const auto attribute = [=](cudaDeviceAttr which) {
    int value = 0;
    require_cuda(kOp, cudaDeviceGetAttribute(&value, which, device));
    return value;
  };
  CudaCard card;
  card.capability = 10 * attribute(cudaDevAttrComputeCapabilityMajor) +
                    attribute(cudaDevAttrComputeCapabilityMinor);
  card.multiprocessors = attribute(cudaDevAttrMultiProcessorCount);
  if (card.capability == 90) card.sm90_code = joint_attention_sm90_code();
  return card;
}

}  // namespace

CudaCard current_cuda_card() {
  static std::mutex mutex;
  static std::map<int, CudaCard> asked;
  int device = 0;
  require_cuda(kOp, cudaGetDevice(&device));
  const std::lock_guard<std::mutex> lock(mutex);
  const auto found = asked.find(device);
  return found != asked.end() ? found->second : asked[device] = ask_card(device);
}

namespace {

void run(const JointAttention& op, JointAttentionKernel kernel, CudaCard card, Stream stream) {
  const JointAttentionLaunch plan = joint_attention_launch(op, kernel, card);
  if (plan.tiles == 0) return;
  switch (kernel) {
    case JointAttentionKernel::kPlain:
      return joint_attention_plain(op, plan, stream);
    case JointAttentionKernel::kSm80:
      return joint_attention_sm80(op, plan, stream);
    case JointAttentionKernel::kSm90:
      return joint_attention_sm90(op, plan, stream);
  }
}

}  // namespace

void joint_attention_cuda(const JointAttention& op, Stream stream) {
  const CudaCard card = current_cuda_card();
  run(op, joint_attention_kernel(op, card), card, stream);
}

void joint_attention_cuda(const JointAttention& op, JointAttentionKernel kernel, Stream stream) {
  const CudaCard card = current_cuda_card();
  require(kernel <= joint_attention_kernel(op, card), kOp, "kernel ", name_of(kernel),
          " does not take this on a card of capability ", card.capability, " with code for ",
          card.sm90_code);
  run(op, kernel, card, stream);
}

}  // namespace reflectionflow::kernels
