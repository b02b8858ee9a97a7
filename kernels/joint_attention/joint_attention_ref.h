// The formula of joint attention, for tests and benches.
#pragma once

#include <cmath>
#include <limits>
#include <vector>

#include "joint_attention/joint_attention.h"

namespace reflectionflow::kernels {

// The group of a token.
inline int group_of_ref(const JointAttention& op, int64_t token) {
  int group = 0;
  while (token >= op.group_tokens[group]) token -= op.group_tokens[group++];
  return group;
}

// One query's result (D): keys and values (S, D) of its head; keys with bias -infinity do not exist
// for it.
inline std::vector<double> attend_ref(const JointAttention& op, int64_t query, const float* q,
                                      const float* k, const float* v, int64_t sequence) {
  std::vector<double> logits(sequence), sum(op.head_size);
  double largest = -std::numeric_limits<double>::infinity(), total = 0;
  for (int64_t j = 0; j < sequence; ++j) {
    double dot = 0;
    for (int64_t d = 0; d < op.head_size; ++d)
      dot += static_cast<double>(q[d]) * k[j * op.head_size + d];
    const double bias = op.bias[group_of_ref(op, query)][group_of_ref(op, j)];
    logits[j] = std::isinf(bias) ? bias : dot * op.scale + bias;
    largest = logits[j] > largest ? logits[j] : largest;
  }
  for (int64_t j = 0; j < sequence; ++j) {
    if (logits[j] == -std::numeric_limits<double>::infinity()) continue;
    const double weight = std::exp(logits[j] - largest);
    total += weight;
    for (int64_t d = 0; d < op.head_size; ++d) sum[d] += weight * v[j * op.head_size + d];
  }
  for (double& value : sum) value /= total;
  return sum;
}

// q, k, v: (B, H, S, D). Returns for each group (B, S_group, H*D).
inline std::vector<std::vector<float>> joint_attention_ref(const JointAttention& op,
                                                           const std::vector<float>& q,
                                                           const std::vector<float>& k,
                                                           const std::vector<float>& v) {
  const int64_t head = op.head_size, width = op.heads * head;
  const int64_t sequence = static_cast<int64_t>(q.size()) / (op.batch * width);
  std::vector<std::vector<float>> out(op.groups);
  for (int g = 0; g < op.groups; ++g) out[g].resize(op.batch * op.group_tokens[g] * width);
  for (int64_t row = 0; row < op.batch * op.heads * sequence; ++row) {
    const int64_t query = row % sequence, plane = row / sequence, b = plane / op.heads,
                  h = plane % op.heads;
    const int64_t keys = plane * sequence * head;
    const std::vector<double> result =
        attend_ref(op, query, q.data() + row * head, k.data() + keys, v.data() + keys, sequence);
    const int group = group_of_ref(op, query);
    int64_t s = query;
    for (int g = 0; g < group; ++g) s -= op.group_tokens[g];
    float* to = out[group].data() + (b * op.group_tokens[group] + s) * width + h * head;
    for (int64_t d = 0; d < head; ++d) to[d] = static_cast<float>(result[d]);
  }
  return out;
}

}  // namespace reflectionflow::kernels
