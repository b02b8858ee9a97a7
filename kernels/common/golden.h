// Reads tensors of the golden safetensors files for tests, and notes which were compared.
//
// The folder is the environment's REFLECTIONFLOW_GOLDEN. Where
// REFLECTIONFLOW_PARITY_LOG names a file, each tensor read adds "file TAB tensor" to it; a
// test of the whole project looks there for what nobody compared.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace reflectionflow::kernels {

// All bytes of a golden file.
inline std::string golden_bytes(const std::string& name) {
  const char* folder = std::getenv("REFLECTIONFLOW_GOLDEN");
  if (folder == nullptr) throw std::runtime_error("REFLECTIONFLOW_GOLDEN names no folder");
  std::ifstream file(std::string(folder) + "/" + name, std::ios::binary);
  std::ostringstream all;
  all << file.rdbuf();
  if (all.str().size() < 8)
    throw std::runtime_error(std::string(folder) + "/" + name + " cannot be read");
  return all.str();
}

class GoldenFile {
 public:
  explicit GoldenFile(const std::string& name) : name_(name), bytes_(golden_bytes(name)) {
    uint64_t length;
    std::memcpy(&length, bytes_.data(), 8);
    header_ = bytes_.substr(8, length);
    data_ = 8 + length;
  }

  // The elements of a tensor; T must have the size of its stored type.
  template <typename T>
  std::vector<T> tensor(const std::string& tensor) const {
    const size_t entry = header_.find("\"" + tensor + "\":");
    const size_t offsets = header_.find("\"data_offsets\":[", entry);
    if (entry == std::string::npos || offsets == std::string::npos) {
      throw std::runtime_error(name_ + " has no tensor " + tensor);
    }
    std::istringstream text(header_.substr(offsets + std::strlen("\"data_offsets\":[")));
    uint64_t begin = 0, end = 0;
    char comma = 0;
    text >> begin >> comma >> end;
    if (!text || begin > end || data_ + end > bytes_.size())
      throw std::runtime_error(name_ + " is damaged");
    std::vector<T> values((end - begin) / sizeof(T));
    std::memcpy(values.data(), bytes_.data() + data_ + begin, end - begin);
    note(tensor);
    return values;
  }

 private:
  void note(const std::string& tensor) const {
    const char* log = std::getenv("REFLECTIONFLOW_PARITY_LOG");
    if (log != nullptr) std::ofstream(log, std::ios::app) << name_ << '\t' << tensor << '\n';
  }

  std::string name_, bytes_, header_;
  uint64_t data_ = 0;
};

}  // namespace reflectionflow::kernels
