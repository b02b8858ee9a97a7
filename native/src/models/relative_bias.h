// T5's relative position bias: what a key's distance adds to its score.
#pragma once

#include "torch/tensor.h"

namespace reflectionflow {

// The bucket of key position minus query position: one half of the buckets is for later keys;
// in each half the first half are exact distances, the rest logarithmic up to max_distance.
int64_t relative_bucket(int64_t distance, int64_t buckets, int64_t max_distance);

// The bias (H, S, S) of each head for S tokens, from the table (buckets, H), in the table's type.
Tensor relative_bias(const Tensor& table, int64_t tokens, int64_t max_distance);

}  // namespace reflectionflow
