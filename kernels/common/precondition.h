// What launchers check on the host before they touch memory; a violation throws
// std::invalid_argument.
#pragma once

#include <sstream>
#include <stdexcept>

#include "common/kernel.h"

namespace reflectionflow::kernels {

// Throws the parts joined to one line unless ok, for example
// "joint_attention: head_size 12 is not a multiple of 8 in [16, 128]".
template <typename... Parts>
void require(bool ok, const char* op, const Parts&... parts) {
  if (ok) return;
  std::ostringstream text;
  text << op << ": ";
  (text << ... << parts);
  throw std::invalid_argument(text.str());
}

inline void require_positive(const char* op, const char* name, int64_t value) {
  require(value > 0, op, name, ' ', value, " is not positive");
}

inline void require_memory(const char* op, const char* name, const void* data) {
  require(data != nullptr, op, name, " is null");
}

// Rows that are written must not overlap.
inline void require_row_stride(const char* op, const char* name, int64_t stride, int64_t width) {
  require(stride >= width, op, name, " row stride ", stride, " is less than the width ", width);
}

inline void require_dtype(const char* op, DType dtype) {
  const auto value = static_cast<int32_t>(dtype);
  require(value >= 0 && value <= 2, op, "dtype ", value, " is unknown");
}

}  // namespace reflectionflow::kernels
