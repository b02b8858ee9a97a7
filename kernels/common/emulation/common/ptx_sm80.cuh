// What common/ptx_sm80.cuh says in assembly, for the CPU: a test varies whether asynchronous copies
// arrive at once or only when they are waited for, and matrices are those of hardware_model.h.
#pragma once

#include <cuda_runtime.h>

#include <string>

namespace emulation {

// As where the runtime keeps a kilobyte for itself.
constexpr uint32_t kFirstAddress = 1024;

inline unsigned char* at_shared(uint32_t address, uint32_t bytes) {
  if (address < kFirstAddress || address % bytes != 0 ||
      address - kFirstAddress + bytes > shared_size)
    throw std::runtime_error("shared memory has no " + std::to_string(bytes) + " bytes at " +
                             std::to_string(address));
  return shared() + (address - kFirstAddress);
}

inline void carry_out(const Copy& copy) {
  const unsigned char zeros[16] = {};
  std::memcpy(at_shared(copy.to, 16), copy.from == nullptr ? zeros : copy.from, 16);
}

struct MatrixLoad {
  const unsigned char* row;
  uint32_t* to;  // four
};
void load_matrices(MatrixLoad** lanes, bool transposed);

struct MatrixProduct {
  float* sums;        // four
  const uint32_t* a;  // four
  uint32_t b[2];
};
void multiply_matrices(MatrixProduct** lanes, bool bfloat16);

}  // namespace emulation

namespace reflectionflow::kernels {

inline uint32_t shared_address(const void* shared) {
  const auto* const at = static_cast<const unsigned char*>(shared);
  return emulation::kFirstAddress + static_cast<uint32_t>(at - emulation::shared());
}

inline void copy_16(uint32_t to, const void* from, bool exists) {
  if (reinterpret_cast<uintptr_t>(from) % 16 != 0)
    throw std::runtime_error("a copy of 16 bytes is not aligned");
  emulation::Fiber& self = emulation::fibers[emulation::current];
  const emulation::Copy copy = {to, exists ? from : nullptr, self.groups};
  if (emulation::backwards)
    self.copies.push_back(copy);
  else
    emulation::carry_out(copy);
}

inline void commit_copies() { ++emulation::fibers[emulation::current].groups; }

template <int kPending>
void wait_copies() {
  emulation::Fiber& self = emulation::fibers[emulation::current];
  const auto is_due = [&](const emulation::Copy& copy) {
    return copy.group < self.groups - kPending;
  };
  const auto rest = std::stable_partition(self.copies.begin(), self.copies.end(), is_due);
  std::for_each(self.copies.begin(), rest, emulation::carry_out);
  self.copies.erase(self.copies.begin(), rest);
}

inline void load_matrices(uint32_t (&to)[4], uint32_t row) {
  emulation::MatrixLoad mine = {emulation::at_shared(row, 16), to};
  emulation::collective(mine, [](auto** lanes) { emulation::load_matrices(lanes, false); });
}

inline void load_matrices_transposed(uint32_t (&to)[4], uint32_t row) {
  emulation::MatrixLoad mine = {emulation::at_shared(row, 16), to};
  emulation::collective(mine, [](auto** lanes) { emulation::load_matrices(lanes, true); });
}

template <bool kBFloat16>
void multiply_16x8x16(float* sums, const uint32_t (&a)[4], uint32_t b0, uint32_t b1) {
  emulation::MatrixProduct mine = {sums, a, {b0, b1}};
  emulation::collective(mine, [](auto** lanes) { emulation::multiply_matrices(lanes, kBFloat16); });
}

}  // namespace reflectionflow::kernels
