// A CUDA launch as a value: a pure function of the operation makes it, so that tests without a GPU
// can print it and check what it covers.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <ostream>

#include "common/host_device.h"
#include "common/kernel.h"

namespace reflectionflow::kernels {

struct LaunchPlan {
  int64_t grid_x = 1, grid_y = 1, grid_z = 1;  // blocks
  int64_t threads = 0;                         // of a block
  int64_t shared_bytes = 0;                    // dynamic shared memory of a block
  int64_t cluster = 1;                         // blocks along x that share their shared memory
  int64_t vector = 1;                          // elements of one access to memory
  int64_t vectors_per_thread = 1;
  int64_t rows_per_block = 1;

  int64_t blocks() const { return grid_x * grid_y * grid_z; }
};

inline std::ostream& operator<<(std::ostream& out, const LaunchPlan& plan) {
  return out << "grid (" << plan.grid_x << ", " << plan.grid_y << ", " << plan.grid_z << ") of "
             << plan.threads << " threads, " << plan.shared_bytes << " shared bytes, clusters of "
             << plan.cluster << ", vectors of " << plan.vector << ", " << plan.vectors_per_thread
             << " vectors a thread, " << plan.rows_per_block << " rows a block";
}

constexpr int64_t kWarp = 32;
constexpr int64_t kVectorBytes = 16;  // the widest access of a thread
// What a block may have of dynamic shared memory, beyond 48 KB only when asked for.
constexpr int64_t kSharedBytesSm80 = 163 * 1024;
constexpr int64_t kSharedBytesSm90 = 227 * 1024;

// Whether a card with so much shared memory for a block takes the launch.
inline bool launchable(const LaunchPlan& plan, int64_t shared_bytes = kSharedBytesSm80) {
  const auto within = [](int64_t value, int64_t most) { return value >= 1 && value <= most; };
  return within(plan.grid_x, 0x7fffffff) && within(plan.grid_y, 65535) &&
         within(plan.grid_z, 65535) && within(plan.threads, 1024) && plan.shared_bytes >= 0 &&
         plan.shared_bytes <= shared_bytes && within(plan.cluster, 8) &&
         plan.grid_x % plan.cluster == 0;
}

inline bool aligned(const void* data) {
  return reinterpret_cast<uintptr_t>(data) % kVectorBytes == 0;
}

// Elements of one access: 16 bytes' worth where every pointer, and every stride and width (in
// elements), allows for it, else one.
inline int64_t vector_of(DType dtype, std::initializer_list<const void*> pointers,
                         std::initializer_list<int64_t> strides) {
  const int64_t vector = kVectorBytes / size_of(dtype);
  for (const void* pointer : pointers) {
    if (!aligned(pointer)) return 1;
  }
  for (const int64_t stride : strides) {
    if (stride % vector != 0) return 1;
  }
  return vector;
}

}  // namespace reflectionflow::kernels
