// Where a tensor lies and where it is computed with.
#pragma once

#include <cstdint>
#include <string>

namespace reflectionflow {

struct Device {
  // By the numbers that LibTorch's ABI fixes for them (c10::DeviceType).
  enum class Type : int32_t { kCpu = 0, kCuda = 1 };

  Type type = Type::kCpu;
  int32_t index = 0;  // of the card

  bool on_cuda() const { return type == Type::kCuda; }
  bool operator==(const Device& other) const { return type == other.type && index == other.index; }
  std::string to_string() const {
    return on_cuda() ? "cuda:" + std::to_string(index) : std::string("cpu");
  }
};

// "cpu", "cuda" (the first card) or "cuda:N"; anything else is INVALID_ARGUMENT.
Device parse_device(const std::string& name);

}  // namespace reflectionflow
