// The emulation itself: kernels with one fault each, which it must notice.
#include <array>
#include <numeric>

#include "common/check.h"
#include "common/cuda_launch.cuh"
#include "common/ptx.cuh"
#include "common/ptx_sm80.cuh"
#include "common/shared_memory.cuh"

namespace reflectionflow::kernels {
namespace {

constexpr int kThreads = 64;

// Four words for each thread, as one access takes them, and four more.
struct alignas(16) Words : std::array<uint32_t, 4 * kThreads + 4> {};

// What the kernel makes of the numbers 1, 2, ...
template <typename Kernel>
Words run(Kernel kernel, bool backwards = false) {
  Words in, out = {};
  std::iota(in.begin(), in.end(), 1u);
  LaunchPlan plan;
  plan.threads = kThreads;
  plan.shared_bytes = 4 * kThreads * sizeof(uint32_t);
  emulation::backwards = backwards;
  launch("faulty", plan, Stream{nullptr, true}, kernel, in.data(), out.data());
  return out;
}

// A sound kernel does not mind the order of threads; one with a fault may still be right in one.
template <typename Kernel>
void check_shows_backwards(Kernel sound, Kernel faulty) {
  CHECK(run(sound) == run(sound, true));
  CHECK(run(faulty) == run(sound));
  CHECK(run(faulty, true) != run(sound));
}

template <typename Kernel>
void check_fault(Kernel kernel, const char* text) {
  CHECK_THROWS(std::runtime_error, run(kernel), text);
}

// Each thread reads what its left neighbour has written, the first what itself has.
template <bool kBarrier>
__global__ void neighbours_kernel(const uint32_t* in, uint32_t* out) {
  uint32_t* const shared = dynamic_shared<uint32_t>();
  shared[threadIdx.x] = in[threadIdx.x];
  if constexpr (kBarrier) __syncthreads();
  out[threadIdx.x] = shared[std::max(1u, threadIdx.x + 0u) - 1];
}

CUDA_TEST(a_missing_barrier_is_noticed) {
  check_shows_backwards(neighbours_kernel<true>, neighbours_kernel<false>);
}

template <int kPending>
__global__ void copied_kernel(const uint32_t* in, uint32_t* out) {
  uint32_t* const shared = dynamic_shared<uint32_t>();
  const unsigned own = 4 * threadIdx.x;
  copy_16(shared_address(shared + own), in + own, true);
  commit_copies();
  wait_copies<kPending>();
  for (unsigned i = 0; i < 4; ++i) out[own + i] = shared[own + i];
}

CUDA_TEST(a_copy_that_is_not_waited_for_is_noticed) {
  check_shows_backwards(copied_kernel<0>, copied_kernel<1>);
}

__global__ void missing_lane_kernel(const uint32_t*, uint32_t* out) {
  if (threadIdx.x != 5) out[threadIdx.x] = __shfl_xor_sync(0xffffffffu, threadIdx.x + 0u, 1);
}

__global__ void split_warp_kernel(const uint32_t*, uint32_t* out) {
  const uint32_t mine = threadIdx.x;
  out[mine] =
      mine % 2 == 0 ? __shfl_xor_sync(0xffffffffu, mine, 1) : __reduce_max_sync(0xffffffffu, mine);
}

CUDA_TEST(lanes_that_do_not_meet_are_noticed) {
  check_fault(missing_lane_kernel, "the threads of a block wait for each other");
  check_fault(split_warp_kernel, "the lanes of a warp meet in different instructions");
}

__global__ void odd_source_kernel(const uint32_t* in, uint32_t*) {
  copy_16(shared_address(dynamic_shared<uint32_t>()), in + 1, true);
}

__global__ void odd_target_kernel(const uint32_t* in, uint32_t*) {
  copy_16(shared_address(dynamic_shared<uint32_t>() + 1), in, true);
}

__global__ void odd_store_kernel(const uint32_t*, uint32_t* out) { store_words(out + 1, {}); }

__global__ void odd_pair_kernel(const uint32_t* in, uint32_t* out) {
  out[0] = load_two_words(in + 1).x;
}

CUDA_TEST(odd_addresses_are_noticed) {
  check_fault(odd_source_kernel, "a copy of 16 bytes is not aligned");
  check_fault(odd_target_kernel, "shared memory has no 16 bytes at 1028");
  check_fault(odd_store_kernel, "an access to 16 bytes is not aligned");
  check_fault(odd_pair_kernel, "an access to 8 bytes is not aligned");
}

__global__ void long_write_kernel(const uint32_t*, uint32_t*) {
  dynamic_shared<uint32_t>()[4 * threadIdx.x + 4] = 0;
}

__global__ void long_copy_kernel(const uint32_t* in, uint32_t*) {
  copy_16(shared_address(dynamic_shared<uint32_t>() + 4 * kThreads), in, true);
}

CUDA_TEST(writing_behind_shared_memory_is_noticed) {
  check_fault(long_write_kernel, "a block wrote behind its shared memory");
  check_fault(long_copy_kernel, "shared memory has no 16 bytes at 2048");
}

}  // namespace
}  // namespace reflectionflow::kernels
