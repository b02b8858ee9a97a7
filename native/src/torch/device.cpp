// Devices by name.
#include "torch/device.h"

#include <charconv>

#include "error.h"

namespace reflectionflow {

Device parse_device(const std::string& name) {
  if (name == "cpu") return {};
  if (name == "cuda") return {Device::Type::kCuda, 0};
  const std::string prefix = "cuda:";
  int32_t index = -1;
  if (name.compare(0, prefix.size(), prefix) == 0) {
    const char* const end = name.data() + name.size();
    const auto parsed = std::from_chars(name.data() + prefix.size(), end, index);
    if (parsed.ec != std::errc() || parsed.ptr != end) index = -1;
  }
  if (index < 0) invalid_argument("no device is called " + name + ": cpu, cuda or cuda:N");
  return {Device::Type::kCuda, index};
}

}  // namespace reflectionflow
