// LibTorch's attention writes what ours writes, into the same rows.
#include "models/library_attention.h"

#include <cmath>
#include <limits>

#include "common/check.h"
#include "joint_attention/joint_attention.h"
#include "models/kernel_views.h"
#include "models/test_tensors.h"
#include "torch/ops.h"

namespace reflectionflow {
namespace {

constexpr float kScale = 0.3f;

FluxConfig small_config() {
  FluxConfig config;
  config.heads = 2;
  config.head_size = 16;
  return config;
}

void fill(Tensor& tensor, uint32_t seed) { ops::copy(tensor, drawn(tensor.sizes(), seed, 2)); }

void ours(const FluxConfig& config, const FluxWorkspace& rows, float coupling, TokenRows& out) {
  kernels::JointAttention op;
  op.batch = rows.counts.batch;
  op.heads = config.heads;
  op.head_size = config.head_size;
  op.scale = kScale;
  op.q = rows.q_heads.data();
  op.k = rows.k_heads.data();
  op.v = rows.v_heads.data();
  op.groups = rows.counts.groups();
  for (int g = 0; g < op.groups; ++g) {
    op.group_tokens[g] = rows.counts.tokens[g];
    op.out[g] = rows_of(out.group[g], op.batch);
    for (int j = 0; j < op.groups; ++j) {
      if ((g == kCondition) != (j == kCondition)) op.bias[g][j] = coupling;
    }
  }
  kernels::joint_attention(op, {});
}

// In rows wider than the heads, as the single blocks have them; what lies beside stays.
void check_run(int64_t condition_tokens, bool apart) {
  const FluxConfig config = small_config();
  const RowCounts counts{2, {3, 5, condition_tokens}};
  FluxWorkspace rows(config, counts, ScalarType::kFloat32, {});
  fill(rows.q_heads, 1);
  fill(rows.k_heads, 2);
  fill(rows.v_heads, 3);
  fill(rows.joined.all, 4);
  TokenRows expected(counts, rows.joined.all.size(1), ScalarType::kFloat32, {});
  fill(expected.all, 4);
  ours(config, rows, apart ? -std::numeric_limits<float>::infinity() : 0.0f, expected);
  library_attention(rows, kScale, apart, rows.joined);
  for (int64_t i = 0; i < expected.all.count(); ++i) {
    const float difference = rows.joined.all.as<float>()[i] - expected.all.as<float>()[i];
    CHECK_THAT(std::fabs(difference) < 1e-5f, condition_tokens << " " << apart << " at " << i);
  }
}

TEST(rows_of_all_groups_are_those_of_our_kernel) {
  check_run(0, false);
  check_run(4, false);
}

TEST(a_condition_apart_sees_itself_only) { check_run(4, true); }

}  // namespace
}  // namespace reflectionflow
