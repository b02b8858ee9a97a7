// QK-norm and RoPE against their formula for one to three row groups.
#include "qk_norm_rope/qk_norm_rope.h"

#include "common/kernel_suite.h"
#include "qk_norm_rope/qk_norm_rope_ref.h"

namespace reflectionflow::kernels {
namespace {

using Launch = void (*)(const QkNormRope&, Stream);

// Inputs: cos, sin, then q, k, v, q_weight, k_weight of each group.
std::vector<Values> reference(const QkNormRope& op, const std::vector<Values>& in) {
  const int64_t size = op.batch * op.heads * static_cast<int64_t>(in[0].size()) * 2;
  std::vector<Values> out(3, Values(size));
  for (int g = 0; g < op.groups; ++g) {
    for (int i = 0; i < 3; ++i) arrange_ref(op, g, in[2 + 5 * g + i], &out[i]);
    for (int i = 0; i < 2; ++i) norm_rope_ref(op, g, in[2 + 5 * g + 3 + i], in[0], in[1], &out[i]);
  }
  return out;
}

void launch_on(Launch launch, QkNormRope op, const Layout* rows, DType dtype,
               const std::vector<void*>& in, const std::vector<void*>& out, Stream stream) {
  op.dtype = dtype;
  op.rope_cos = static_cast<const float*>(in[0]);
  op.rope_sin = static_cast<const float*>(in[1]);
  for (int g = 0; g < op.groups; ++g) {
    void* const* from = in.data() + 2 + 5 * g;
    const Layout& layout = rows[g];
    op.group[g].q = {from[0], layout.batch_stride, layout.row_stride};
    op.group[g].k = {from[1], layout.batch_stride, layout.row_stride};
    op.group[g].v = {from[2], layout.batch_stride, layout.row_stride};
    op.group[g].q_weight = from[3];
    op.group[g].k_weight = from[4];
  }
  op.q_out = out[0];
  op.k_out = out[1];
  op.v_out = out[2];
  launch(op, stream);
}

KernelCase make_case(Launch launch, const char* name, int64_t batch, int64_t heads,
                     int64_t head_size, const std::vector<int64_t>& tokens,
                     LayoutOf layout = strided) {
  QkNormRope op;
  op.batch = batch;
  op.heads = heads;
  op.head_size = head_size;
  op.groups = static_cast<int>(tokens.size());
  std::vector<Layout> rows;
  int64_t sequence = 0;
  for (size_t g = 0; g < tokens.size(); ++g) {
    op.group[g].tokens = tokens[g];
    sequence += tokens[g];
    rows.push_back(layout(batch, tokens[g], heads * head_size));
  }
  const Layout table = dense(1, sequence, head_size / 2), weight = dense(1, 1, head_size);
  KernelCase test;
  test.name = name;
  Values cosine = random_values(1, table.count(), 3), sine = cosine;
  for (float& angle : cosine) angle = std::cos(angle);
  for (float& angle : sine) angle = std::sin(angle);
  test.inputs = {{table, cosine, Stored::kFloat32}, {table, sine, Stored::kFloat32}};
  for (size_t g = 0; g < tokens.size(); ++g) {
    for (int i = 0; i < 3; ++i)
      test.inputs.push_back({rows[g], random_values(10 * g + i + 2, rows[g].count(), 2)});
    for (int i = 0; i < 2; ++i)
      test.inputs.push_back({weight, random_values(10 * g + i + 5, head_size, 0.3f, 1)});
  }
  test.outputs.assign(3, {dense(batch * heads, sequence, head_size)});
  test.reference = [op](const std::vector<Values>& in) { return reference(op, in); };
  test.launch = [=](DType dtype, const std::vector<void*>& in, const std::vector<void*>& out,
                    Stream stream) { launch_on(launch, op, rows.data(), dtype, in, out, stream); };
  return test;
}

std::vector<KernelCase> cases(Launch launch) {
  return {make_case(launch, "one pair", 1, 1, 2, {1}),
          make_case(launch, "one group", 3, 2, 16, {33}),
          make_case(launch, "text and image", 3, 3, 24, {7, 13}),
          make_case(launch, "text, image and condition", 1, 2, 32, {1, 33, 7}),
          make_case(launch, "an empty group", 1, 2, 64, {5, 0, 3}),
          make_case(launch, "FLUX heads", 2, 24, 128, {3, 4}),
          make_case(launch, "aligned FLUX heads", 2, 24, 128, {3, 4, 2}, padded),
          make_case(launch, "aligned heads of three vectors", 1, 5, 24, {9}, dense),
          make_case(launch, "a head of a whole warp", 1, 3, 256, {2, 3}, padded),
          make_case(launch, "the largest head", 1, 2, 512, {3}, dense),
          make_case(launch, "worth threads", 2, 2, 32, {7, 261})};
}

TEST(equals_its_formula_on_the_cpu) { run_suite(cases(qk_norm_rope), cpu_device()); }

CUDA_TEST(equals_its_formula_on_cuda) { run_suite(cases(qk_norm_rope), cuda_device()); }

TEST(nan_stays_in_its_head) {
  std::vector<KernelCase> one = {make_case(qk_norm_rope, "NaN in a head", 1, 3, 16, {4, 5})};
  one[0].inputs[2].values[20] = std::nanf("");
  run_suite(one, cpu_device());
}

TEST(zeros_stay_zeros) {
  std::vector<KernelCase> one = {make_case(qk_norm_rope, "zeros", 1, 1, 16, {3})};
  std::fill(one[0].inputs[2].values.begin(), one[0].inputs[2].values.end(), 0.0f);
  run_suite(one, cpu_device());
}

TEST(refuses_what_it_cannot_do) {
  float x[16] = {};
  QkNormRope op;
  op.batch = op.heads = 1;
  op.head_size = 16;
  op.groups = 1;
  op.group[0].tokens = 1;
  op.group[0].q = op.group[0].k = op.group[0].v = {x, 16, 16};
  op.group[0].q_weight = op.group[0].k_weight = x;
  op.rope_cos = op.rope_sin = x;
  op.q_out = op.k_out = op.v_out = x;
  QkNormRope bad = op;
  bad.head_size = 15;
  CHECK_REFUSED(qk_norm_rope(bad, {}), "qk_norm_rope: head_size 15 is not even and in [2, 512]");
  bad = op;
  bad.groups = 4;
  CHECK_REFUSED(qk_norm_rope(bad, {}), "qk_norm_rope: groups 4 is not in [1, 3]");
  bad = op;
  bad.group[0].v.data = nullptr;
  CHECK_REFUSED(qk_norm_rope(bad, {}), "qk_norm_rope: group 0 lacks q, k, v or a norm weight");
  if (!kCudaBuild)
    CHECK_REFUSED(qk_norm_rope(op, Stream{nullptr, true}),
                  "qk_norm_rope: this build has no CUDA kernels");
}

}  // namespace
}  // namespace reflectionflow::kernels
