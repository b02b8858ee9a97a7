// The cases of joint attention, for all its implementations: head sizes, odd sequences, row groups
// and the bias between them.
#pragma once

#include "common/kernel_suite.h"
#include "joint_attention/joint_attention.h"
#include "joint_attention/joint_attention_ref.h"

namespace reflectionflow::kernels {

using Launch = std::function<void(const JointAttention&, Stream)>;
constexpr float kInfinity = std::numeric_limits<float>::infinity();

struct AttentionCase {
  const char* name;
  int64_t batch, heads, head_size;
  std::vector<int64_t> tokens;
  std::vector<float> bias = {};  // groups * groups, empty for zeros
  float spread = 1.5f;           // of q and k: how far apart the logits lie
  LayoutOf rows = strided;       // of the outputs: at odd addresses, or `padded`, for wide stores
};

inline JointAttention describe(const AttentionCase& shape) {
  JointAttention op;
  op.batch = shape.batch;
  op.heads = shape.heads;
  op.head_size = shape.head_size;
  op.scale = 1.0f / std::sqrt(static_cast<float>(shape.head_size));
  op.groups = static_cast<int>(shape.tokens.size());
  for (int i = 0; i < op.groups; ++i) {
    op.group_tokens[i] = shape.tokens[i];
    for (int j = 0; j < op.groups && !shape.bias.empty(); ++j)
      op.bias[i][j] = shape.bias[i * op.groups + j];
  }
  return op;
}

inline KernelCase make_case(const Launch& launch, const AttentionCase& shape) {
  const JointAttention op = describe(shape);
  int64_t sequence = 0;
  for (const int64_t tokens : shape.tokens) sequence += tokens;
  const Layout heads = dense(op.batch * op.heads, sequence, op.head_size);
  KernelCase test;
  test.name = shape.name + std::string(" D=") + std::to_string(op.head_size);
  test.sum_cost = 64;  // an error of a logit, itself a sum, becomes a relative error of a weight
  test.inputs = {{heads, random_values(1, heads.count(), shape.spread)},
                 {heads, random_values(2, heads.count(), shape.spread)},
                 {heads, random_values(3, heads.count())}};
  std::vector<Layout> rows;
  for (const int64_t tokens : shape.tokens) {
    rows.push_back(shape.rows(op.batch, tokens, op.heads * op.head_size));
    test.outputs.push_back({rows.back()});
  }
  test.reference = [op](const std::vector<Values>& in) {
    return joint_attention_ref(op, in[0], in[1], in[2]);
  };
  test.launch = [=](DType dtype, const std::vector<void*>& in, const std::vector<void*>& out,
                    Stream stream) {
    JointAttention call = op;
    call.dtype = dtype;
    call.q = in[0];
    call.k = in[1];
    call.v = in[2];
    for (int g = 0; g < op.groups; ++g)
      call.out[g] = {out[g], rows[g].batch_stride, rows[g].row_stride};
    launch(call, stream);
  };
  return test;
}

// The output is one value vector where all keys see the same logits: no sum may overflow on the
// way.
inline KernelCase huge_logits(const Launch& launch) {
  KernelCase test = make_case(launch, {"huge logits", 1, 1, 16, {70}});
  std::fill(test.inputs[0].values.begin(), test.inputs[0].values.end(), 200.0f);
  std::fill(test.inputs[1].values.begin(), test.inputs[1].values.end(), 200.0f);
  return test;
}

// It stays in its row.
inline KernelCase nan_in_a_query(const Launch& launch) {
  KernelCase test = make_case(launch, {"NaN query", 1, 2, 16, {7, 40}});
  test.inputs[0].values[16 * 20 + 3] = std::nanf("");
  return test;
}

// It reaches its column only.
inline KernelCase nan_in_a_value(const Launch& launch) {
  KernelCase test = make_case(launch, {"NaN value", 1, 2, 16, {7, 90}});
  test.inputs[2].values[16 * 20 + 3] = std::nanf("");
  return test;
}

inline std::vector<KernelCase> cases(const Launch& launch) {
  std::vector<AttentionCase> shapes;
  for (const int64_t head_size : {16, 24, 32, 64, 128}) {
    for (const int64_t tokens : {1, 7, 33, 130})
      shapes.push_back({"one group", 1, 2, head_size, {tokens}});
    shapes.push_back({"text and image", 3, 2, head_size, {7, 33}});
  }
  const float half = std::log(0.5f), twice = std::log(2.0f);
  shapes.push_back(
      {"condition scale", 3, 2, 32, {5, 66, 33}, {0, 0, half, 0, 0, twice, half, twice, 0}});
  shapes.push_back({"condition apart",
                    1,
                    3,
                    40,
                    {5, 40, 33},
                    {0, 0, -kInfinity, 0, 0, 0.3f, -kInfinity, -kInfinity, 0}});
  shapes.push_back({"only others", 1, 2, 56, {65, 3}, {-kInfinity, 0, 0, -kInfinity}});
  shapes.push_back({"an empty group", 1, 2, 24, {9, 0, 70}});
  shapes.push_back({"several blocks and tiles", 1, 1, 64, {200, 321}, {0, 0.7f, -0.4f, 0}});
  // Tiles of 128 and of 64, the last of each group partly filled.
  shapes.push_back({"many tiles",
                    1,
                    2,
                    128,
                    {140, 300, 65},
                    {0, half, 0, -kInfinity, 0, twice, 0, 0.3f, -kInfinity}});
  shapes.push_back({"whole tiles", 1, 1, 128, {128, 256}, {0, half, 0, 0}, 1.5f, padded});
  for (const int64_t head_size : {24, 64, 128})
    shapes.push_back({"wide stores", 2, 2, head_size, {7, 33}, {}, 1.5f, padded});
  shapes.push_back({"sharp logits", 1, 2, 128, {3, 100}, {}, 4});
  std::vector<KernelCase> all;
  for (const AttentionCase& shape : shapes) all.push_back(make_case(launch, shape));
  all.push_back(huge_logits(launch));
  all.push_back(nan_in_a_query(launch));
  all.push_back(nan_in_a_value(launch));
  return all;
}

// Keys and values that nobody sees are not read.
inline void check_hidden_keys(const Launch& launch, int64_t head_size, DType dtype,
                              const Device& device) {
  KernelCase test =
      make_case(launch, {"hidden NaN", 1, 1, head_size, {4, 70}, {0, -kInfinity, 0, -kInfinity}});
  for (const int operand : {1, 2}) {
    Values& values = test.inputs[operand].values;
    std::fill(values.begin() + 4 * head_size, values.end(), std::nanf(""));
  }
  const CaseRun run = launch_case(test, device, dtype, "hidden NaN");
  for (const Values& output : run.outputs) {
    for (const float value : output) CHECK(std::isfinite(value));
  }
}

}  // namespace reflectionflow::kernels
