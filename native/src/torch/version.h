// Which LibTorch this binary was written for, and which one it runs on.
#pragma once

#include <cstdint>
#include <string>

namespace reflectionflow {

// Versions as LibTorch's ABI writes them: from the top a byte each for major, minor and patch.
// This is the one whose prototypes stable_abi.h declares; newer ones keep these meanings for us.
constexpr uint64_t kBuiltAgainst = 0x020a000000000000;

std::string version_text(uint64_t version);  // such as 2.10.0

// Throws DEVICE unless the version is of the same major number and not older than kBuiltAgainst.
void check_version(uint64_t version);

}  // namespace reflectionflow
