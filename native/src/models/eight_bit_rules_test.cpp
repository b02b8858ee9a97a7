// Shapes that cards take in eight bits, and those that they do not.
#include "models/eight_bit_rules.h"

#include "common/check.h"
#include "error.h"

namespace reflectionflow {
namespace {

RowCounts rows(int64_t batch, int64_t text, int64_t image, int64_t condition = 0) {
  return {batch, {text, image, condition}};
}

TEST(flux_fits_both_formats_and_exact_products_take_anything) {
  for (const Precision precision : {Precision::kFloat8, Precision::kInt8}) {
    require_eight_bit_widths(precision, 3072);
    require_eight_bit_rows(precision, rows(1, 512, 4096, 1024));
  }
  require_eight_bit_widths(Precision::kExact, 24);
  require_eight_bit_rows(Precision::kExact, rows(1, 1, 1));
}

TEST(floats_need_widths_in_sixteens_and_text_rows_in_fours) {
  require_eight_bit_widths(Precision::kInt8, 24);
  CHECK_THROWS(Error, require_eight_bit_widths(Precision::kFloat8, 24),
               "INVALID_ARGUMENT: performance=fp8 needs a transformer of a width in multiples of "
               "16, not 24");
  require_eight_bit_rows(Precision::kFloat8, rows(2, 6, 1));
  CHECK_THROWS(Error, require_eight_bit_rows(Precision::kFloat8, rows(1, 6, 12)),
               "INVALID_ARGUMENT: performance=fp8 needs text tokens in multiples of four, not 6 in "
               "a batch of 1");
}

TEST(integers_need_more_than_sixteen_rows) {
  require_eight_bit_rows(Precision::kInt8, rows(1, 17, 17));
  require_eight_bit_rows(Precision::kInt8, rows(2, 9, 5, 4));
  CHECK_THROWS(Error, require_eight_bit_rows(Precision::kInt8, rows(2, 8, 64)),
               "INVALID_ARGUMENT: performance=int8 needs more than 16 tokens of text and of image "
               "in a batch, not 16 and 128");
  CHECK_THROWS(Error, require_eight_bit_rows(Precision::kInt8, rows(1, 512, 8, 8)),
               "INVALID_ARGUMENT: performance=int8 needs more than 16 tokens of text and of image "
               "in a batch, not 512 and 16");
}

}  // namespace
}  // namespace reflectionflow
