// A file in memory, read-only and shared between processes, for as long as the object lives.
#pragma once

#include <cstdint>
#include <string>

namespace reflectionflow {

class MappedFile {
 public:
  explicit MappedFile(const std::string& path);  // throws INVALID_FILE
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  // The address of a range, which must lie in the file.
  void* at(int64_t offset, int64_t bytes) const;

 private:
  std::string path_;
  void* data_ = nullptr;
  int64_t size_ = 0;
};

}  // namespace reflectionflow
