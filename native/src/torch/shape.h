// What a tensor holds and how much of it.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>

namespace reflectionflow {

// Element types by the numbers that LibTorch's ABI fixes for them (c10::ScalarType).
enum class ScalarType : int32_t {
  kUInt8 = 0,
  kInt8 = 1,
  kInt32 = 3,
  kInt64 = 4,
  kFloat16 = 5,
  kFloat32 = 6,
  kBool = 11,
  kBFloat16 = 15,
  kFloat8 = 24,  // e4m3fn
};

int64_t size_of(ScalarType type);
const char* name_of(ScalarType type);

// Sizes or strides of up to five dimensions.
class Shape {
 public:
  Shape() = default;
  Shape(std::initializer_list<int64_t> values);
  Shape(const int64_t* values, int64_t rank);

  int64_t rank() const { return rank_; }
  int64_t operator[](int64_t i) const { return values_[static_cast<size_t>(i)]; }
  int64_t& operator[](int64_t i) { return values_[static_cast<size_t>(i)]; }
  const int64_t* data() const { return values_.data(); }
  int64_t count() const;             // product of the sizes; throws where it is no int64_t
  Shape contiguous_strides() const;  // of a tensor of these sizes
  bool operator==(const Shape& other) const;
  std::string to_string() const;  // such as [2, 16, 64]

 private:
  std::array<int64_t, 5> values_{};
  int64_t rank_ = 0;
};

}  // namespace reflectionflow
