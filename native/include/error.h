// The one exception of the engine: its text starts with the ErrorCode's name that Java reads.
#pragma once

#include <stdexcept>
#include <string>

namespace reflectionflow {

// Named as in dev.reflectionflow.ErrorCode.
enum class ErrorCode { kInternal, kInvalidArgument, kInvalidFile, kDevice, kOutOfMemory, kCancelled };

inline const char* name_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return "INVALID_ARGUMENT";
    case ErrorCode::kInvalidFile:
      return "INVALID_FILE";
    case ErrorCode::kDevice:
      return "DEVICE";
    case ErrorCode::kOutOfMemory:
      return "OUT_OF_MEMORY";
    case ErrorCode::kCancelled:
      return "CANCELLED";
    default:
      return "INTERNAL";
  }
}

class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message)
      : std::runtime_error(std::string(name_of(code)) + ": " + message), code_(code) {}

  ErrorCode code() const { return code_; }

 private:
  ErrorCode code_;
};

}  // namespace reflectionflow
