// Elements of eight bits against the definitions of their formats, and the scale that a row of them
// shares.
#include "common/eight_bits.h"

#include <cmath>
#include <limits>

#include "common/check.h"
#include "common/element.h"

namespace reflectionflow::kernels {
namespace {

double value_of(uint8_t bits) {
  const int exponent = (bits & 0x7f) >> 3, mantissa = bits & 7;
  if (exponent == 15 && mantissa == 7) return std::nan("");
  const double significand = exponent == 0 ? mantissa : mantissa + 8;
  return (bits & 0x80 ? -1 : 1) * std::ldexp(significand, (exponent == 0 ? 1 : exponent) - 10);
}

uint32_t bits_after(float value) {
  Float8 kept;
  store(&kept, value);
  return kept.bits;
}

// Every pattern survives; between two neighbours the nearer wins, and in the middle the even one.
TEST(every_pattern_is_rounded_to_nearest_even) {
  for (uint32_t pattern = 0; pattern < 256; ++pattern) {
    const Float8 element{static_cast<uint8_t>(pattern)};
    const double exact = value_of(element.bits);
    const float loaded = load(&element);
    if (std::isnan(exact)) {
      CHECK_THAT(std::isnan(loaded) && bits_after(loaded) == 0x7f, pattern);
      continue;
    }
    CHECK_THAT(loaded == exact && std::signbit(loaded) == std::signbit(exact), pattern);
    CHECK_THAT(bits_after(loaded) == pattern, pattern);
    if ((pattern & 0x7f) == 0x7e) continue;
    const float middle = static_cast<float>((exact + value_of(element.bits + 1)) / 2);
    const float away = std::copysign(std::numeric_limits<float>::max(), loaded);
    CHECK_THAT(bits_after(middle) == pattern + (pattern & 1), pattern);
    CHECK_THAT(bits_after(std::nextafter(middle, away)) == pattern + 1, pattern);
    CHECK_THAT(bits_after(std::nextafter(middle, loaded)) == pattern, pattern);
  }
}

TEST(what_is_too_large_becomes_the_largest) {
  const float infinity = std::numeric_limits<float>::infinity();
  CHECK(bits_after(448) == 0x7e);
  CHECK(bits_after(463) == 0x7e);
  CHECK(bits_after(464) == 0x7e);
  CHECK(bits_after(std::numeric_limits<float>::max()) == 0x7e);
  CHECK(bits_after(infinity) == 0x7e);
  CHECK(bits_after(-infinity) == 0xfe);
}

TEST(what_is_too_small_becomes_zero_with_its_sign) {
  CHECK(bits_after(0x1p-10f) == 0x00);
  CHECK(bits_after(1e-30f) == 0x00);
  CHECK(bits_after(-1e-30f) == 0x80);
}

TEST(nan_has_one_pattern) {
  CHECK(bits_after(float_of(0x7f800001)) == 0x7f);
  CHECK(bits_after(float_of(0xffc00000)) == 0x7f);
}

int bits_as_integer(float value) {
  Int8 kept;
  store(&kept, value);
  return static_cast<int8_t>(kept.bits);
}

TEST(every_integer_is_rounded_to_nearest_even) {
  for (int integer = -127; integer <= 127; ++integer) {
    const Int8 element{static_cast<uint8_t>(integer)};
    const auto exact = static_cast<float>(integer);
    CHECK_THAT(load(&element) == exact && bits_as_integer(exact) == integer, integer);
    if (integer == 127) continue;
    const float middle = exact + 0.5f, even = static_cast<float>(integer + (integer & 1));
    CHECK_THAT(bits_as_integer(middle) == even, integer);
    CHECK_THAT(bits_as_integer(std::nextafter(middle, 200.0f)) == integer + 1, integer);
    CHECK_THAT(bits_as_integer(std::nextafter(middle, -200.0f)) == integer, integer);
  }
}

TEST(integers_end_at_127_on_both_sides) {
  const float infinity = std::numeric_limits<float>::infinity();
  for (const float large : {127.4f, 127.5f, 128.0f, 1e30f, infinity}) {
    CHECK_THAT(bits_as_integer(large) == 127 && bits_as_integer(-large) == -127, large);
  }
  CHECK(bits_as_integer(-0.0f) == 0 && bits_as_integer(-1e-30f) == 0);
}

TEST(no_number_is_no_integer) {
  CHECK(bits_as_integer(float_of(0x7f800001)) == 0);
  CHECK(bits_as_integer(float_of(0xffffffff)) == 0);
}

template <typename Eight = Float8>
RowScale scale_of(float largest) {
  return scale_for<Eight>(bits_of(largest));
}

TEST(the_scale_maps_the_largest_magnitude_to_the_largest_value) {
  CHECK(scale_of(448).scale == 1 && scale_of(448).inverse == 1);
  CHECK(scale_of(7).scale == 0x1p-6f && scale_of(7).inverse == 64);
  CHECK(scale_of<Int8>(254).scale == 2 && scale_of<Int8>(254).inverse == 0.5f);
  for (float largest = kSmallestRowMaximum; largest < 1e38f; largest *= 1.37f) {
    CHECK_THAT(bits_after(largest * scale_of(largest).inverse) == 0x7e, largest);
    CHECK_THAT(bits_as_integer(largest * scale_of<Int8>(largest).inverse) == 127, largest);
  }
}

TEST(the_scale_of_nothing_and_of_nan) {
  CHECK(scale_of(0).scale == scale_of(kSmallestRowMaximum).scale && scale_of(0).scale > 0);
  CHECK(scale_of(std::numeric_limits<float>::infinity()).inverse == 0);
  CHECK(std::isnan(scale_of<Int8>(std::nanf("")).scale));
  CHECK(std::isnan(scale_for<Float8>(0x7fffffffu).inverse));
}

}  // namespace
}  // namespace reflectionflow::kernels
