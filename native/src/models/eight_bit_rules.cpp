// Refused before a run, in place of an error of LibTorch's in the middle of one.
#include "models/eight_bit_rules.h"

#include "error.h"

namespace reflectionflow {

void require_eight_bit_widths(Precision precision, int64_t width) {
  // Integers want multiples of 8 only, which every head's size is.
  if (precision != Precision::kFloat8 || width % 16 == 0) return;
  invalid_argument("performance=fp8 needs a transformer of a width in multiples of 16, not " +
                   std::to_string(width));
}

void require_eight_bit_rows(Precision precision, const RowCounts& counts) {
  // Products of floats read their rows' scales four at a time, those of the image behind those of
  // the text.
  if (precision == Precision::kFloat8 && counts.rows(kText) % 4 != 0) {
    invalid_argument("performance=fp8 needs text tokens in multiples of four, not " +
                     std::to_string(counts.tokens[kText]) + " in a batch of " +
                     std::to_string(counts.batch));
  }
  constexpr int64_t kTooFew = 16;
  const int64_t text = counts.rows(kText), picture = counts.rows(kImage) + counts.rows(kCondition);
  if (precision == Precision::kInt8 && (text <= kTooFew || picture <= kTooFew)) {
    invalid_argument(
        "performance=int8 needs more than 16 tokens of text and of image in a batch, "
        "not " +
        std::to_string(text) + " and " + std::to_string(picture));
  }
}

}  // namespace reflectionflow
