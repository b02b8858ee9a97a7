// The edges of T5's buckets as transformers has them, and the bias that they select.
#include "models/relative_bias.h"

#include <cstdlib>
#include <utility>
#include <vector>

#include "common/check.h"

namespace reflectionflow {
namespace {

// Pairs of a distance and the bucket that begins there; the last pair only ends the range.
using Edges = std::vector<std::pair<int64_t, int64_t>>;

void check_edges(const Edges& edges, int64_t buckets, int64_t max_distance) {
  for (size_t i = 0; i + 1 < edges.size(); ++i) {
    for (int64_t distance = edges[i].first; distance < edges[i + 1].first; ++distance) {
      const int64_t bucket = relative_bucket(distance, buckets, max_distance);
      CHECK_THAT(bucket == edges[i].second, distance << " lies in " << bucket);
    }
  }
}

TEST(published_t5_has_32_buckets_up_to_128) {
  check_edges(
      {{-600, 15}, {-90, 14}, {-63, 13}, {-45, 12}, {-31, 11}, {-22, 10}, {-15, 9}, {-11, 8},
       {-7, 7},    {-6, 6},   {-5, 5},   {-4, 4},   {-3, 3},   {-2, 2},   {-1, 1},  {0, 0},
       {1, 17},    {2, 18},   {3, 19},   {4, 20},   {5, 21},   {6, 22},   {7, 23},  {8, 24},
       {12, 25},   {16, 26},  {23, 27},  {32, 28},  {46, 29},  {64, 30},  {91, 31}, {601, -1}},
      32, 128);
}

TEST(halves_need_not_be_even) {
  check_edges({{-600, 5},
               {-19, 4},
               {-7, 3},
               {-2, 2},
               {-1, 1},
               {0, 0},
               {1, 7},
               {2, 8},
               {3, 9},
               {8, 10},
               {20, 11},
               {601, -1}},
              12, 50);
}

template <typename Bits>
void check_bias(ScalarType type) {
  constexpr int64_t kBuckets = 8, kHeads = 3, kTokens = 11, kMaxDistance = 9;
  const Tensor table = Tensor::empty({kBuckets, kHeads}, type);
  for (int64_t i = 0; i < table.count(); ++i) table.as<Bits>()[i] = static_cast<Bits>(i + 1);
  const Tensor bias = relative_bias(table, kTokens, kMaxDistance);
  CHECK(bias.sizes() == (Shape{kHeads, kTokens, kTokens}) && bias.type() == type);
  for (int64_t h = 0; h < kHeads; ++h) {
    for (int64_t q = 0; q < kTokens; ++q) {
      for (int64_t k = 0; k < kTokens; ++k) {
        const int64_t bucket = relative_bucket(k - q, kBuckets, kMaxDistance);
        CHECK_THAT(bias.as<Bits>()[(h * kTokens + q) * kTokens + k] ==
                       table.as<Bits>()[bucket * kHeads + h],
                   "head " << h << ", query " << q << ", key " << k);
      }
    }
  }
}

TEST(each_head_takes_its_column_in_float32) { check_bias<uint32_t>(ScalarType::kFloat32); }

TEST(each_head_takes_its_column_in_bfloat16) { check_bias<uint16_t>(ScalarType::kBFloat16); }

}  // namespace
}  // namespace reflectionflow
