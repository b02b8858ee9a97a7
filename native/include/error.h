// The one exception that native code throws: its text starts with the name of the Java ErrorCode
// and a colon.
#pragma once

#include <stdexcept>
#include <string>

namespace reflectionflow {

enum class ErrorCode { kInternal, kInvalidArgument, kInvalidFile, kDevice, kOutOfMemory };

// The name that dev.reflectionflow.ErrorCode has for a code.
constexpr const char* name_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return "INVALID_ARGUMENT";
    case ErrorCode::kInvalidFile:
      return "INVALID_FILE";
    case ErrorCode::kDevice:
      return "DEVICE";
    case ErrorCode::kOutOfMemory:
      return "OUT_OF_MEMORY";
    default:
      return "INTERNAL";
  }
}

// Control characters become spaces: names and paths come from files, and an error is one line.
inline std::string one_line(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return text;
}

class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& text)
      : std::runtime_error(std::string(name_of(code)) + ": " + one_line(text)), code_(code) {}

  ErrorCode code() const { return code_; }
  // The text without the code's name.
  std::string reason() const { return what() + std::string(name_of(code_)).size() + 2; }

 private:
  ErrorCode code_;
};

[[noreturn]] inline void invalid_argument(const std::string& text) {
  throw Error(ErrorCode::kInvalidArgument, text);
}

[[noreturn]] inline void invalid_file(const std::string& text) {
  throw Error(ErrorCode::kInvalidFile, text);
}

}  // namespace reflectionflow
