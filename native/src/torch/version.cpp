// The ABI is kept within a major version.
#include "torch/version.h"

#include "error.h"

namespace reflectionflow {

std::string version_text(uint64_t version) {
  const auto byte = [&](int shift) { return std::to_string(version >> shift & 0xff); };
  return byte(56) + "." + byte(48) + "." + byte(40);
}

void check_version(uint64_t version) {
  if (version >= kBuiltAgainst && version >> 56 == kBuiltAgainst >> 56) return;
  throw Error(ErrorCode::kDevice, "LibTorch " + version_text(version) +
                                      " cannot be used: version 2.10 or a later 2.x is needed");
}

}  // namespace reflectionflow
