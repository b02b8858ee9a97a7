// mmap, because Java 17 can neither map more than 2 GB at once nor unmap.
#include "mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "error.h"

namespace reflectionflow {

MappedFile::MappedFile(const std::string& path) : path_(path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) invalid_file(path + ": " + std::strerror(errno));
  struct stat info {};
  if (fstat(file, &info) == 0) size_ = info.st_size;
  data_ = size_ > 0 ? mmap(nullptr, static_cast<size_t>(size_), PROT_READ, MAP_SHARED, file, 0)
                    : MAP_FAILED;
  const int error = size_ > 0 ? errno : ENODATA;
  close(file);
  if (data_ == MAP_FAILED) invalid_file(path + ": cannot be mapped: " + std::strerror(error));
}

MappedFile::~MappedFile() { munmap(data_, static_cast<size_t>(size_)); }

void* MappedFile::at(int64_t offset, int64_t bytes) const {
  if (offset < 0 || bytes < 0 || offset > size_ || bytes > size_ - offset) {
    invalid_file(path_ + ": has " + std::to_string(size_) + " bytes, not " + std::to_string(bytes) +
                 " from " + std::to_string(offset) + " on");
  }
  return static_cast<char*>(data_) + offset;
}

}  // namespace reflectionflow
