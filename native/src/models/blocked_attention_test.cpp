// Blocked attention against the formula in double, whatever the size of its blocks.
#include "models/blocked_attention.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "common/check.h"
#include "models/test_tensors.h"

namespace reflectionflow {
namespace {

constexpr int64_t kHeads = 3, kTokens = 13, kHeadSize = 5, kWidth = kHeads * kHeadSize;
constexpr double kScale = 0.4;

double dot(const float* a, const float* b) {
  double sum = 0;
  for (int64_t i = 0; i < kHeadSize; ++i) sum += static_cast<double>(a[i]) * b[i];
  return sum;
}

// Row q of head h; the operands are rows (S, H*D), the bias (bias_heads, S, S) or undefined.
std::vector<double> reference(const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& bias,
                              int64_t h, int64_t row) {
  std::vector<double> weights(kTokens), out(kHeadSize, 0.0);
  double total = 0;
  for (int64_t key = 0; key < kTokens; ++key) {
    const auto at = [&](const Tensor& x, int64_t s) {
      return x.as<float>() + s * kWidth + h * kHeadSize;
    };
    double score = kScale * dot(at(q, row), at(k, key));
    if (bias.defined()) {
      score += bias.as<float>()[(h % bias.size(0) * kTokens + row) * kTokens + key];
    }
    total += weights[key] = std::exp(score);
  }
  for (int64_t key = 0; key < kTokens; ++key) {
    for (int64_t d = 0; d < kHeadSize; ++d) {
      out[d] += weights[key] / total * v.as<float>()[key * kWidth + h * kHeadSize + d];
    }
  }
  return out;
}

void check_blocks(const Tensor& bias) {
  const Tensor q = drawn({kTokens, kWidth}, 1, 2);
  const Tensor k = drawn({kTokens, kWidth}, 2, 2);
  const Tensor v = drawn({kTokens, kWidth}, 3, 2);
  constexpr int64_t kRowBytes = kHeads * kTokens * 4;
  for (int64_t bytes : {int64_t{1}, kRowBytes, 4 * kRowBytes, 5 * kRowBytes + 1, kScoreBytes}) {
    const Tensor rows = Tensor::empty({kTokens, kWidth}, ScalarType::kFloat32);
    std::fill_n(rows.as<float>(), rows.count(), std::numeric_limits<float>::quiet_NaN());
    Tensor out = heads_of(rows, kHeads);
    blocked_attention(out, heads_of(q, kHeads), heads_of(k, kHeads), heads_of(v, kHeads), bias,
                      kScale, bytes);
    for (int64_t h = 0; h < kHeads; ++h) {
      for (int64_t row = 0; row < kTokens; ++row) {
        const std::vector<double> expected = reference(q, k, v, bias, h, row);
        for (int64_t d = 0; d < kHeadSize; ++d) {
          const double got = rows.as<float>()[row * kWidth + h * kHeadSize + d];
          CHECK_THAT(std::abs(got - expected[d]) < 2e-6,
                     "bytes " << bytes << ", head " << h << ", query " << row << ": " << got
                              << ", expected " << expected[d]);
        }
      }
    }
  }
}

TEST(blocks_do_not_show_without_a_bias) { check_blocks(Tensor()); }

TEST(blocks_do_not_show_with_a_bias_of_each_head) {
  check_blocks(drawn({kHeads, kTokens, kTokens}, 4, 2));
}

TEST(blocks_do_not_show_under_a_causal_mask_that_heads_share) {
  Tensor mask = drawn({1, kTokens, kTokens}, 5, 2);
  for (int64_t q = 0; q < kTokens; ++q) {
    std::fill(mask.as<float>() + q * kTokens + q + 1, mask.as<float>() + (q + 1) * kTokens,
              -std::numeric_limits<float>::infinity());
  }
  check_blocks(mask);
}

}  // namespace
}  // namespace reflectionflow
