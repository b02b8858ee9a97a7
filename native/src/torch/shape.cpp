// Element types and shapes, with errors that name them.
#include "torch/shape.h"

#include "error.h"

namespace reflectionflow {

int64_t size_of(ScalarType type) {
  switch (type) {
    case ScalarType::kUInt8:
    case ScalarType::kInt8:
    case ScalarType::kBool:
    case ScalarType::kFloat8:
      return 1;
    case ScalarType::kInt64:
      return 8;
    case ScalarType::kFloat16:
    case ScalarType::kBFloat16:
      return 2;
    default:
      return 4;
  }
}

const char* name_of(ScalarType type) {
  switch (type) {
    case ScalarType::kUInt8:
      return "uint8";
    case ScalarType::kInt8:
      return "int8";
    case ScalarType::kInt32:
      return "int32";
    case ScalarType::kInt64:
      return "int64";
    case ScalarType::kFloat16:
      return "float16";
    case ScalarType::kFloat32:
      return "float32";
    case ScalarType::kBool:
      return "bool";
    case ScalarType::kFloat8:
      return "float8_e4m3fn";
    case ScalarType::kBFloat16:
      return "bfloat16";
  }
  return "unknown";
}

Shape::Shape(std::initializer_list<int64_t> values)
    : Shape(values.begin(), static_cast<int64_t>(values.size())) {}

Shape::Shape(const int64_t* values, int64_t rank) : rank_(rank) {
  if (rank < 0 || rank > static_cast<int64_t>(values_.size())) {
    throw Error(ErrorCode::kInternal, "a tensor of " + std::to_string(rank) + " dimensions");
  }
  for (int64_t i = 0; i < rank; ++i) (*this)[i] = values[i];
}

int64_t Shape::count() const {
  int64_t product = 1;
  for (int64_t i = 0; i < rank_; ++i) {
    if ((*this)[i] < 0 || __builtin_mul_overflow(product, (*this)[i], &product)) {
      throw Error(ErrorCode::kInternal, "a tensor of the sizes " + to_string());
    }
  }
  return product;
}

Shape Shape::contiguous_strides() const {
  Shape strides = *this;
  int64_t stride = 1;
  for (int64_t i = rank_ - 1; i >= 0; --i) {
    strides[i] = stride;
    stride *= (*this)[i];
  }
  return strides;
}

bool Shape::operator==(const Shape& other) const {
  return rank_ == other.rank_ && values_ == other.values_;
}

std::string Shape::to_string() const {
  std::string text = "[";
  for (int64_t i = 0; i < rank_; ++i) text += (i ? ", " : "") + std::to_string((*this)[i]);
  return text + "]";
}

}  // namespace reflectionflow
