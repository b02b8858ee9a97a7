// Joint attention against its formula: head sizes, odd sequences, row groups and the bias between
// them.
#include "joint_attention/joint_attention.h"

#include "common/kernel_suite.h"
#include "joint_attention/joint_attention_ref.h"

namespace reflectionflow::kernels {
namespace {

using Launch = void (*)(const JointAttention&, Stream);
constexpr float kInfinity = std::numeric_limits<float>::infinity();

struct Shape {
  const char* name;
  int64_t batch, heads, head_size;
  std::vector<int64_t> tokens;
  std::vector<float> bias = {};  // groups * groups, empty for zeros
  float spread = 1.5f;           // of q and k: how far apart the logits lie
};

JointAttention describe(const Shape& shape) {
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

KernelCase make_case(Launch launch, const Shape& shape) {
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
    rows.push_back(strided(op.batch, tokens, op.heads * op.head_size));
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
KernelCase huge_logits(Launch launch) {
  KernelCase test = make_case(launch, {"huge logits", 1, 1, 16, {70}});
  std::fill(test.inputs[0].values.begin(), test.inputs[0].values.end(), 200.0f);
  std::fill(test.inputs[1].values.begin(), test.inputs[1].values.end(), 200.0f);
  return test;
}

// It stays in its row.
KernelCase nan_in_a_query(Launch launch) {
  KernelCase test = make_case(launch, {"NaN query", 1, 2, 16, {7, 40}});
  test.inputs[0].values[16 * 20 + 3] = std::nanf("");
  return test;
}

// It reaches its column only.
KernelCase nan_in_a_value(Launch launch) {
  KernelCase test = make_case(launch, {"NaN value", 1, 2, 16, {7, 90}});
  test.inputs[2].values[16 * 20 + 3] = std::nanf("");
  return test;
}

std::vector<KernelCase> cases(Launch launch) {
  std::vector<Shape> shapes;
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
  shapes.push_back({"sharp logits", 1, 2, 128, {3, 100}, {}, 4});
  std::vector<KernelCase> all;
  for (const Shape& shape : shapes) all.push_back(make_case(launch, shape));
  all.push_back(huge_logits(launch));
  all.push_back(nan_in_a_query(launch));
  all.push_back(nan_in_a_value(launch));
  return all;
}

TEST(equals_its_formula_on_the_cpu) { run_suite(cases(joint_attention), cpu_device()); }

template <JointAttentionPath kPath>
void launch_path(const JointAttention& op, Stream stream) {
  JointAttention forced = op;
  forced.path = kPath;
  joint_attention(forced, stream);
}

// Keys and values that nobody sees are not read.
void check_hidden_keys(Launch launch, DType dtype) {
  KernelCase test =
      make_case(launch, {"hidden NaN", 1, 1, 16, {4, 70}, {0, -kInfinity, 0, -kInfinity}});
  for (const int operand : {1, 2}) {
    Values& values = test.inputs[operand].values;
    std::fill(values.begin() + 4 * 16, values.end(), std::nanf(""));
  }
  const CaseRun run = launch_case(test, cpu_device(), dtype, "hidden NaN");
  for (const Values& output : run.outputs) {
    for (const float value : output) CHECK(std::isfinite(value));
  }
}

// The whole suite in every dtype that the path takes; says what this processor cannot run.
template <JointAttentionPath kPath>
void run_path() {
  for (const DType dtype : {DType::kFloat32, DType::kBFloat16, DType::kFloat16}) {
    if (!joint_attention_runs(kPath, dtype)) {
      std::printf("skipped: path %s with %s\n", name_of(kPath), name_of(dtype));
      continue;
    }
    for (const KernelCase& test : cases(launch_path<kPath>)) run_case(test, cpu_device(), dtype);
    check_hidden_keys(launch_path<kPath>, dtype);
  }
}

TEST(portable_path) { run_path<JointAttentionPath::kPortable>(); }
TEST(avx2_path) { run_path<JointAttentionPath::kAvx2>(); }
TEST(avx512_path) { run_path<JointAttentionPath::kAvx512>(); }
TEST(avx512_bf16_path) { run_path<JointAttentionPath::kAvx512Bf16>(); }

// One thread takes large tiles of queries, sixteen take small ones.
template <JointAttentionPath kPath>
void check_threads(DType dtype) {
  if (!joint_attention_runs(kPath, dtype)) return;
  const KernelCase test = make_case(launch_path<kPath>, {"threads", 1, 2, 64, {200, 300}});
  omp_set_num_threads(1);
  const CaseRun one = launch_case(test, cpu_device(), dtype, "one thread");
  omp_set_num_threads(16);
  const CaseRun many = launch_case(test, cpu_device(), dtype, "sixteen threads");
  CHECK_THAT(one.bytes == many.bytes, name_of(kPath) << " depends on the number of threads");
}

TEST(result_does_not_depend_on_the_tiles) {
  check_threads<JointAttentionPath::kPortable>(DType::kFloat32);
  check_threads<JointAttentionPath::kAvx2>(DType::kFloat32);
  check_threads<JointAttentionPath::kAvx512>(DType::kFloat32);
  check_threads<JointAttentionPath::kAvx512Bf16>(DType::kBFloat16);
}

TEST(automatic_is_the_fastest_path_that_runs) {
  for (const DType dtype : {DType::kFloat32, DType::kBFloat16, DType::kFloat16})
    CHECK(joint_attention_runs(fastest_joint_attention(dtype), dtype));
  CHECK(!joint_attention_runs(JointAttentionPath::kAvx512Bf16, DType::kFloat32));
  CHECK(!joint_attention_runs(JointAttentionPath::kAvx512Bf16, DType::kFloat16));
}

TEST(refuses_what_it_cannot_do) {
  float x[64] = {};
  JointAttention op = describe({"", 1, 1, 16, {1, 1}});
  op.q = op.k = op.v = x;
  op.out[0] = op.out[1] = {x, 16, 16};
  JointAttention bad = op;
  bad.head_size = 12;
  CHECK_REFUSED(joint_attention(bad, {}),
                "joint_attention: head_size 12 is not a multiple of 8 in [16, 128]");
  bad.head_size = 136;
  CHECK_REFUSED(joint_attention(bad, {}),
                "joint_attention: head_size 136 is not a multiple of 8 in [16, 128]");
  bad = op;
  bad.groups = 0;
  CHECK_REFUSED(joint_attention(bad, {}), "joint_attention: groups 0 is not in [1, 3]");
  bad = op;
  bad.bias[1][0] = bad.bias[1][1] = -kInfinity;
  CHECK_REFUSED(joint_attention(bad, {}), "joint_attention: queries of group 1 see no key");
  bad = op;
  bad.bias[0][1] = std::nanf("");
  CHECK_REFUSED(joint_attention(bad, {}),
                "joint_attention: bias nan of groups 0 and 1 is neither finite nor -inf");
  bad = op;
  bad.out[1].row_stride = 8;
  CHECK_REFUSED(joint_attention(bad, {}),
                "joint_attention: output row stride 8 is less than the width 16");
  bad = op;
  bad.scale = kInfinity;
  CHECK_REFUSED(joint_attention(bad, {}), "joint_attention: scale inf is not finite");
  bad = op;
  bad.path = JointAttentionPath::kAvx512Bf16;
  CHECK_REFUSED(joint_attention(bad, {}),
                "joint_attention: path avx512_bf16 does not run on this processor with dtype 0");
  bad.path = static_cast<JointAttentionPath>(5);
  CHECK_REFUSED(joint_attention(bad, {}), "joint_attention: path 5 is unknown");
  CHECK_REFUSED(joint_attention(op, Stream{nullptr, true}),
                "joint_attention: this build has no CUDA kernel, yet the stream is on CUDA");
}

}  // namespace
}  // namespace reflectionflow::kernels
