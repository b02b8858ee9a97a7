// The instructions of sm_90a that the Hopper kernel uses, one function for each: barriers in shared
// memory, TMA, named barriers, registers handed between warpgroups, and the warpgroup-wide product.
// matrix_layout.h explains descriptors and fragments.
#pragma once

#include <cuda.h>  // CUtensorMap, a type only: nothing of the driver is linked

#include <cstdint>
#include <type_traits>

#include "common/element.h"

namespace reflectionflow::kernels {

// --- Barriers in shared memory (mbarrier) --------------------------------------------------------
// A barrier's phase ends when `arrivals` threads have arrived and all bytes that were announced
// have come. Phases alternate in parity, 0 first; waiting for parity p returns once the phase of
// that parity has ended. A fresh barrier counts as one whose phase of parity 1 has.

__device__ __forceinline__ void init_barrier(uint32_t barrier, int arrivals) {
  asm volatile("mbarrier.init.shared::cta.b64 [%0], %1;" ::"r"(barrier), "r"(arrivals) : "memory");
}

// Makes fresh barriers visible to TMA; __syncthreads() does it for the block's threads.
__device__ __forceinline__ void publish_barriers() {
  asm volatile("fence.mbarrier_init.release.cluster;" ::: "memory");
  asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
}

__device__ __forceinline__ void arrive(uint32_t barrier) {
  asm volatile("mbarrier.arrive.shared::cta.b64 _, [%0];" ::"r"(barrier) : "memory");
}

// Arrives, and announces bytes that TMA will bring.
__device__ __forceinline__ void arrive_expecting(uint32_t barrier, uint32_t bytes) {
  asm volatile("mbarrier.arrive.expect_tx.shared::cta.b64 _, [%0], %1;" ::"r"(barrier), "r"(bytes)
               : "memory");
}

// try_wait sleeps for a while by itself, so that the loop turns seldom.
__device__ __forceinline__ void wait_barrier(uint32_t barrier, uint32_t parity) {
  asm volatile(
      "{\n"
      ".reg .pred done;\n"
      "again:\n"
      "mbarrier.try_wait.parity.shared::cta.b64 done, [%0], %1;\n"
      "@done bra over;\n"
      "bra again;\n"
      "over:\n"
      "}\n" ::"r"(barrier),
      "r"(parity)
      : "memory");
}

// --- TMA -----------------------------------------------------------------------------------------

// The box at (column, row, plane) goes to shared memory, and its bytes count at the barrier; what
// lies outside the tensor comes as zeros, which count too. One thread copies for all.
__device__ __forceinline__ void copy_box(uint32_t to, const CUtensorMap* map, uint32_t barrier,
                                         int column, int row, int plane) {
  asm volatile(
      "cp.async.bulk.tensor.3d.shared::cluster.global.mbarrier::complete_tx::bytes "
      "[%0], [%1, {%3, %4, %5}], [%2];" ::"r"(to),
      "l"(map), "r"(barrier), "r"(column), "r"(row), "r"(plane)
      : "memory");
}

// --- Named barriers and registers ----------------------------------------------------------------
// Barrier 0 is __syncthreads()'; here two warpgroups meet at others, one waiting, one not.

constexpr int kWarpgroup = 128;  // threads

__device__ __forceinline__ void sync_named(int barrier) {
  asm volatile("bar.sync %0, %1;" ::"r"(barrier), "n"(2 * kWarpgroup) : "memory");
}

__device__ __forceinline__ void arrive_named(int barrier) {
  asm volatile("bar.arrive %0, %1;" ::"r"(barrier), "n"(2 * kWarpgroup) : "memory");
}

// All warps of a warpgroup call these, once: registers of each thread from now on.
template <int kRegisters>
__device__ __forceinline__ void give_registers() {
  asm volatile("setmaxnreg.dec.sync.aligned.u32 %0;" ::"n"(kRegisters));
}
template <int kRegisters>
__device__ __forceinline__ void take_registers() {
  asm volatile("setmaxnreg.inc.sync.aligned.u32 %0;" ::"n"(kRegisters));
}

// --- wgmma ---------------------------------------------------------------------------------------
// Four warps issue m64n128k16 together: 64 float32 sums in each thread. The tensor cores work on
// their own afterwards, on those registers: nothing may touch them, nor registers of operand A,
// until wait_products. So that the compiler knows when sums are ready, the wait names them.

#define REFLECTIONFLOW_SUMS_8(d, i)                                                           \
  "+f"(d[i]), "+f"(d[i + 1]), "+f"(d[i + 2]), "+f"(d[i + 3]), "+f"(d[i + 4]), "+f"(d[i + 5]), \
      "+f"(d[i + 6]), "+f"(d[i + 7])
#define REFLECTIONFLOW_SUMS_64(d)                                                               \
  REFLECTIONFLOW_SUMS_8(d, 0), REFLECTIONFLOW_SUMS_8(d, 8), REFLECTIONFLOW_SUMS_8(d, 16),       \
      REFLECTIONFLOW_SUMS_8(d, 24), REFLECTIONFLOW_SUMS_8(d, 32), REFLECTIONFLOW_SUMS_8(d, 40), \
      REFLECTIONFLOW_SUMS_8(d, 48), REFLECTIONFLOW_SUMS_8(d, 56)
#define REFLECTIONFLOW_NAMES_64                                                                 \
  "{%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, %16, %17, %18, %19, " \
  "%20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31, %32, %33, %34, %35, %36, %37, "  \
  "%38, %39, %40, %41, %42, %43, %44, %45, %46, %47, %48, %49, %50, %51, %52, %53, %54, %55, "  \
  "%56, %57, %58, %59, %60, %61, %62, %63}"

// Orders registers written by ordinary instructions before the products that follow.
__device__ __forceinline__ void fence_products() {
  asm volatile("wgmma.fence.sync.aligned;" ::: "memory");
}

__device__ __forceinline__ void commit_products() {
  asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory");
}

// Waits until at most kPending committed groups are at work; `sums` are then ready.
template <int kPending>
__device__ __forceinline__ void wait_products(float (&sums)[64]) {
  asm volatile("wgmma.wait_group.sync.aligned %64;"
               : REFLECTIONFLOW_SUMS_64(sums)
               : "n"(kPending)
               : "memory");
}

// The same for products whose operand A is in registers, which stay what they are until then.
// `softened` has nothing to do with these products: it is named for the compiler to finish it
// before the wait, which is what the wait is late for, instead of after it.
template <int kPending>
__device__ __forceinline__ void wait_products(float (&sums)[64], const uint32_t (&a)[8][4],
                                              float (&softened)[64]) {
#define REFLECTIONFLOW_A_4(b) "r"(a[b][0]), "r"(a[b][1]), "r"(a[b][2]), "r"(a[b][3])
  asm volatile("wgmma.wait_group.sync.aligned %128;"
               : REFLECTIONFLOW_SUMS_64(sums), REFLECTIONFLOW_SUMS_64(softened)
               : "n"(kPending), REFLECTIONFLOW_A_4(0), REFLECTIONFLOW_A_4(1), REFLECTIONFLOW_A_4(2),
                 REFLECTIONFLOW_A_4(3), REFLECTIONFLOW_A_4(4), REFLECTIONFLOW_A_4(5),
                 REFLECTIONFLOW_A_4(6), REFLECTIONFLOW_A_4(7)
               : "memory");
#undef REFLECTIONFLOW_A_4
}

// sums (64 x 128) = a b^T, plus what they were if `accumulate`: a (64 x 16) and b (128 x 16) by
// along_row_descriptor. Immediates: a and b not negated, neither transposed.
template <typename T>
__device__ __forceinline__ void multiply_rows(float (&sums)[64], uint64_t a, uint64_t b,
                                              int accumulate) {
#define REFLECTIONFLOW_MULTIPLY_ROWS(type)                                                     \
  asm volatile(                                                                                \
      "{\n.reg .pred accumulate;\nsetp.ne.b32 accumulate, %66, 0;\n"                           \
      "wgmma.mma_async.sync.aligned.m64n128k16.f32." type "." type " " REFLECTIONFLOW_NAMES_64 \
      ", %64, %65, accumulate, 1, 1, 0, 0;\n}\n"                                               \
      : REFLECTIONFLOW_SUMS_64(sums)                                                           \
      : "l"(a), "l"(b), "r"(accumulate))
  if constexpr (std::is_same_v<T, BFloat16>)
    REFLECTIONFLOW_MULTIPLY_ROWS("bf16");
  else
    REFLECTIONFLOW_MULTIPLY_ROWS("f16");
#undef REFLECTIONFLOW_MULTIPLY_ROWS
}

// sums (64 x 128) += a b: a (64 x 16) in registers, b (16 x 128) by across_rows_descriptor.
// Immediates: accumulate, a and b not negated, b transposed.
template <typename T>
__device__ __forceinline__ void multiply_weights(float (&sums)[64], const uint32_t (&a)[4],
                                                 uint64_t b) {
#define REFLECTIONFLOW_MULTIPLY_WEIGHTS(type)                                                  \
  asm volatile(                                                                                \
      "{\n.reg .pred accumulate;\nsetp.ne.b32 accumulate, 1, 0;\n"                             \
      "wgmma.mma_async.sync.aligned.m64n128k16.f32." type "." type " " REFLECTIONFLOW_NAMES_64 \
      ", {%64, %65, %66, %67}, %68, accumulate, 1, 1, 1;\n}\n"                                 \
      : REFLECTIONFLOW_SUMS_64(sums)                                                           \
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "l"(b))
  if constexpr (std::is_same_v<T, BFloat16>)
    REFLECTIONFLOW_MULTIPLY_WEIGHTS("bf16");
  else
    REFLECTIONFLOW_MULTIPLY_WEIGHTS("f16");
#undef REFLECTIONFLOW_MULTIPLY_WEIGHTS
}

#undef REFLECTIONFLOW_SUMS_8
#undef REFLECTIONFLOW_SUMS_64
#undef REFLECTIONFLOW_NAMES_64

}  // namespace reflectionflow::kernels
