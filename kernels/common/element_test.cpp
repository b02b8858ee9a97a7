// Conversions between element types, each against arithmetic that knows nothing of bits; and the
// exponential.
#include "common/element.h"

#include <cmath>
#include <limits>

#include "common/check.h"
#include "common/fast_exp.h"
#include "common/vectorised.h"

namespace reflectionflow::kernels {
namespace {

// The value of a 16-bit pattern by the definition of the format.
double value_of(uint16_t bits, int exponent_bits) {
  const int mantissa_bits = 15 - exponent_bits, bias = (1 << (exponent_bits - 1)) - 1;
  const int exponent = (bits & 0x7fff) >> mantissa_bits,
            mantissa = bits & ((1 << mantissa_bits) - 1);
  const double sign = bits & 0x8000 ? -1 : 1;
  if (exponent == (1 << exponent_bits) - 1) {
    return mantissa != 0 ? std::nan("") : sign * std::numeric_limits<double>::infinity();
  }
  const double significand = exponent == 0 ? mantissa : mantissa + (1 << mantissa_bits);
  return sign * std::ldexp(significand, (exponent == 0 ? 1 : exponent) - bias - mantissa_bits);
}

template <typename T>
uint16_t bits_after(float value) {
  T kept;
  store(&kept, value);
  return kept.bits;
}

// Every pattern survives; between two neighbours the nearer wins, and in the middle the even one.
template <typename T>
void check_every_pattern(int exponent_bits) {
  const uint32_t infinity = ((1u << exponent_bits) - 1) << (15 - exponent_bits);
  for (uint32_t pattern = 0; pattern < 65536; ++pattern) {
    const T element{static_cast<uint16_t>(pattern)};
    const double exact = value_of(element.bits, exponent_bits);
    const float loaded = load(&element);
    if (std::isnan(exact)) {
      CHECK_THAT(std::isnan(loaded) && std::isnan(value_of(bits_after<T>(loaded), exponent_bits)),
                 pattern);
      continue;
    }
    CHECK_THAT(loaded == exact && std::signbit(loaded) == std::signbit(exact), pattern);
    CHECK_THAT(bits_after<T>(loaded) == pattern, pattern);
    if ((pattern & 0x7fff) + 1 >= infinity) continue;
    const float middle =
        static_cast<float>((exact + value_of(element.bits + 1, exponent_bits)) / 2);
    const float away = std::copysign(std::numeric_limits<float>::max(), loaded);
    CHECK_THAT(bits_after<T>(middle) == pattern + (pattern & 1), pattern);
    CHECK_THAT(bits_after<T>(std::nextafter(middle, away)) == pattern + 1, pattern);
    CHECK_THAT(bits_after<T>(std::nextafter(middle, loaded)) == pattern, pattern);
  }
}

TEST(every_bfloat16_is_rounded_to_nearest_even) { check_every_pattern<BFloat16>(8); }

TEST(every_float16_is_rounded_to_nearest_even) { check_every_pattern<Float16>(5); }

TEST(what_is_too_large_becomes_infinity) {
  const float largest = std::numeric_limits<float>::max();
  CHECK(bits_after<Float16>(65519.0f) == 0x7bff);
  CHECK(bits_after<Float16>(65520.0f) == 0x7c00);
  CHECK(bits_after<Float16>(-largest) == 0xfc00);
  CHECK(bits_after<BFloat16>(largest) == 0x7f80);
  CHECK(bits_after<BFloat16>(-largest) == 0xff80);
}

TEST(what_is_too_small_becomes_zero_with_its_sign) {
  CHECK(bits_after<Float16>(1e-30f) == 0x0000);
  CHECK(bits_after<Float16>(-1e-30f) == 0x8000);
  CHECK(bits_after<BFloat16>(-0.0f) == 0x8000);
}

TEST(a_nan_with_low_bits_only_stays_nan) {
  CHECK(std::isnan(value_of(bits_after<BFloat16>(float_of(0x7f800001)), 8)));
  CHECK(std::isnan(value_of(bits_after<BFloat16>(float_of(0xffffffff)), 8)));
  CHECK(std::isnan(value_of(bits_after<Float16>(float_of(0x7f800001)), 5)));
}

// The exponentials of count arguments.
void exponentials(const float* x, int64_t count, float* out) {
  vectorised([&] {
    for (int64_t i = 0; i < count; ++i) out[i] = fast_exp(x[i]);
  });
}

TEST(fast_exp_is_right_to_two_units_in_the_last_place) {
  std::vector<float> x, out;
  for (int i = -87000; i <= 88000; ++i) x.push_back(static_cast<float>(i) / 1000);
  out.resize(x.size());
  for (const VectorPath path : kVectorPaths) {
    if (!vector_path_runs(path)) continue;
    const ForcedVectorPath forced(path);
    exponentials(x.data(), static_cast<int64_t>(x.size()), out.data());
    for (size_t i = 0; i < x.size(); ++i) {
      const float exact = std::exp(static_cast<double>(x[i]));
      const float unit = std::nextafter(exact, std::numeric_limits<float>::infinity()) - exact;
      CHECK_THAT(std::fabs(out[i] - exact) <= 2 * unit,
                 name_of(path) << ' ' << x[i] << ": " << out[i] << " and " << exact);
    }
  }
}

TEST(fast_exp_has_the_right_ends) {
  const float infinity = std::numeric_limits<float>::infinity();
  CHECK(fast_exp(0.0f) == 1.0f);
  CHECK(fast_exp(-infinity) == 0.0f);
  CHECK(fast_exp(-90.0f) == 0.0f);
  CHECK(fast_exp(infinity) == infinity);
  CHECK(fast_exp(89.0f) == infinity);
  CHECK(std::isnan(fast_exp(std::nanf(""))));
  CHECK(std::isnan(fast_exp(-std::nanf(""))));
}

}  // namespace
}  // namespace reflectionflow::kernels
