// Memory for tests: elements at strides, with NaN (all bits set) in every gap and around, so that
// reads and writes beyond an operand show.
#pragma once

#include <cmath>
#include <cstring>
#include <stdexcept>
#include <vector>

#include "common/element.h"

namespace reflectionflow::kernels {

using Values = std::vector<float>;

// Where an implementation under test works: its stream and the way to and from its memory.
struct Device {
  const char* name;
  Stream stream;
  void* (*allocate)(size_t bytes);
  void (*release)(void* memory);
  void (*upload)(void* to, const void* from, size_t bytes);
  void (*download)(void* to, const void* from, size_t bytes);  // after all work on the stream
  void (*vary)(int run);  // changes what must not change results, such as the number of threads
  bool emulated = false;  // a GPU that takes a second for what others do in no time
};

// Element (b, r, c) of a (batch, rows, width) operand lies at b*batch_stride + r*row_stride + c.
struct Layout {
  int64_t batch, rows, width, row_stride, batch_stride;

  int64_t count() const { return batch * rows * width; }
  int64_t extent() const {
    return count() == 0 ? 0 : (batch - 1) * batch_stride + (rows - 1) * row_stride + width;
  }
  int64_t offset(int64_t index) const {
    const int64_t row = index / width;
    return row / rows * batch_stride + row % rows * row_stride + index % width;
  }
};

inline Layout dense(int64_t batch, int64_t rows, int64_t width) {
  return {batch, rows, width, width, rows * width};
}

// Odd gaps behind each row and each sample.
inline Layout strided(int64_t batch, int64_t rows, int64_t width) {
  return {batch, rows, width, width + 5, rows * (width + 5) + 3};
}

// Gaps of 32 bytes or more: wide accesses stay aligned, and must leave the gaps alone.
inline Layout padded(int64_t batch, int64_t rows, int64_t width) {
  return {batch, rows, width, width + 16, rows * (width + 16) + 32};
}

using LayoutOf = Layout (*)(int64_t batch, int64_t rows, int64_t width);

// How an operand is stored: in the dtype under test, or always as float32, bytes or 32-bit
// integers.
enum class Stored { kAsTested, kFloat32, kByte, kInt32 };

inline float rounded(float value, Stored stored, DType dtype) {
  if (stored != Stored::kAsTested) return value;
  float result = value;
  with_element_type(dtype, [&](auto* element) {
    std::remove_pointer_t<decltype(element)> kept{};
    store(&kept, value);
    result = load(&kept);
  });
  return result;
}

class TestBuffer {
 public:
  TestBuffer(const Device& device, Stored stored, DType dtype, const Layout& layout)
      : device_(device),
        stored_(stored),
        dtype_(stored == Stored::kFloat32 ? DType::kFloat32 : dtype),
        layout_(layout),
        element_(stored == Stored::kByte    ? 1
                 : stored == Stored::kInt32 ? 4
                                            : size_of(dtype_)),
        host_((layout.extent() + 2 * kGuard) * element_, 0xff),
        memory_(device.allocate(host_.size())) {
    device_.upload(memory_, host_.data(), host_.size());
  }
  ~TestBuffer() { device_.release(memory_); }
  TestBuffer(const TestBuffer&) = delete;
  TestBuffer& operator=(const TestBuffer&) = delete;

  void* data() const { return static_cast<uint8_t*>(memory_) + kGuard * element_; }

  void write(const Values& values) {
    if (static_cast<int64_t>(values.size()) != layout_.count())
      throw std::logic_error("operand and layout differ");
    for (int64_t i = 0; i < layout_.count(); ++i) write_element(at(i), values[i]);
    device_.upload(memory_, host_.data(), host_.size());
  }

  Values read() {
    device_.download(host_.data(), memory_, host_.size());
    Values values(layout_.count());
    for (int64_t i = 0; i < layout_.count(); ++i) values[i] = read_element(at(i));
    return values;
  }

  // After read(): whether every byte that belongs to no element still has its poison.
  bool gaps_intact() const {
    std::vector<uint8_t> gaps = host_;
    for (int64_t i = 0; i < layout_.count(); ++i) {
      std::memset(gaps.data() + (at(i) - host_.data()), 0xff, element_);
    }
    for (const uint8_t byte : gaps) {
      if (byte != 0xff) return false;
    }
    return true;
  }

  const std::vector<uint8_t>& bytes() const { return host_; }  // as of the last read()

 private:
  static constexpr int64_t kGuard = 64;  // elements before and behind

  const uint8_t* at(int64_t index) const {
    return host_.data() + (kGuard + layout_.offset(index)) * element_;
  }
  uint8_t* at(int64_t index) { return host_.data() + (kGuard + layout_.offset(index)) * element_; }

  void write_element(uint8_t* to, float value) const {
    if (stored_ == Stored::kByte) {
      *to = static_cast<uint8_t>(value);
      return;
    }
    if (stored_ == Stored::kInt32) {
      const auto integer = static_cast<int32_t>(value);
      std::memcpy(to, &integer, sizeof integer);
      return;
    }
    with_element_type(
        dtype_, [&](auto* element) { store(reinterpret_cast<decltype(element)>(to), value); });
  }
  float read_element(const uint8_t* from) const {
    if (stored_ == Stored::kByte) return *from;
    float value = 0;
    with_element_type(dtype_, [&](auto* element) {
      value = load(reinterpret_cast<const std::remove_pointer_t<decltype(element)>*>(from));
    });
    return value;
  }

  Device device_;
  Stored stored_;
  DType dtype_;
  Layout layout_;
  int64_t element_;
  std::vector<uint8_t> host_;
  void* memory_;
};

}  // namespace reflectionflow::kernels
