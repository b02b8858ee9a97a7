// A prompt's token ids on their way into an embedding table.
#pragma once

#include <string>

#include "error.h"
#include "torch/tensor.h"

namespace reflectionflow {

// Throws INVALID_ARGUMENT when there are no tokens, more than max_tokens, or one without a row in
// the table.
inline void check_tokens(const char* encoder, const int64_t* ids, int64_t tokens,
                         int64_t vocabulary, int64_t max_tokens) {
  if (tokens < 1 || tokens > max_tokens) {
    invalid_argument(std::string(encoder) + " was given " + std::to_string(tokens) +
                     " tokens, it takes 1 to " + std::to_string(max_tokens));
  }
  for (int64_t i = 0; i < tokens; ++i) {
    if (ids[i] < 0 || ids[i] >= vocabulary) {
      invalid_argument(std::string(encoder) + " was given the token " + std::to_string(ids[i]) +
                       ", its vocabulary has " + std::to_string(vocabulary));
    }
  }
}

// The ids as a tensor (S) on the caller's memory, which nothing writes to.
inline Tensor ids_of(const int64_t* ids, int64_t tokens) {
  return Tensor::from_blob(const_cast<int64_t*>(ids), {tokens}, ScalarType::kInt64);
}

}  // namespace reflectionflow
