// What LibTorch says of a call of its C ABI that failed.
#pragma once

#include <cstdint>
#include <string>

#include "error.h"

namespace reflectionflow {

// Why the last call in this thread failed, its first line; empty before LibTorch 2.13.
std::string libtorch_reason();

// Whether such a reason tells that memory was not to be had, of the host or of a card.
bool lacks_memory(const std::string& reason);

// what: the call with its operands, which LibTorch's reason follows. OUT_OF_MEMORY where the reason
// is that, or where there is none and the current card has no room for another operand of
// bytes_on_card (0 where none is on a card); else INTERNAL.
[[noreturn]] void libtorch_failed(const std::string& what, int64_t bytes_on_card);

}  // namespace reflectionflow
