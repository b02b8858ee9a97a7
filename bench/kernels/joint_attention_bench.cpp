// Joint attention at FLUX.1's shapes, on every path the processor has, beside LibTorch's matrix
// product.
//
// joint_attention_bench [rounds [tokens ...]]: 9 rounds of 1536, 4608 and 5632 tokens if nothing is
// said.
#include <omp.h>

#include <cmath>
#include <cstdlib>
#include <memory>
#include <random>

#include "common/element.h"
#include "joint_attention/joint_attention.h"
#include "kernels/measure.h"
#include "torch/ops.h"

namespace reflectionflow::bench {
namespace {

using kernels::BFloat16;
using kernels::DType;
using kernels::JointAttention;
using kernels::JointAttentionPath;

constexpr int64_t kHeads = 24, kHeadSize = 128, kWidth = kHeads * kHeadSize;
constexpr JointAttentionPath kPaths[] = {JointAttentionPath::kAvx512Bf16,
                                         JointAttentionPath::kAvx512, JointAttentionPath::kAvx2,
                                         JointAttentionPath::kPortable};

template <typename T>
std::vector<T> normal_values(unsigned seed, int64_t count) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<T> values(static_cast<size_t>(count));
  for (T& value : values) kernels::store(&value, normal(random));
  return values;
}

// q, k, v and an output of one sample.
template <typename T>
struct Operands {
  explicit Operands(int64_t tokens)
      : tokens(tokens),
        q(normal_values<T>(1, tokens * kWidth)),
        k(normal_values<T>(2, tokens * kWidth)),
        v(normal_values<T>(3, tokens * kWidth)),
        out(q.size()) {}

  JointAttention op(DType dtype, JointAttentionPath path, int64_t heads, void* to) const {
    JointAttention op;
    op.dtype = dtype;
    op.batch = op.groups = 1;
    op.heads = heads;
    op.head_size = kHeadSize;
    op.scale = 1 / std::sqrt(static_cast<float>(kHeadSize));
    op.group_tokens[0] = tokens;
    op.q = q.data();
    op.k = k.data();
    op.v = v.data();
    op.out[0] = {to, tokens * heads * kHeadSize, heads * kHeadSize};
    op.path = path;
    return op;
  }

  int64_t tokens;
  std::vector<T> q, k, v, out;
};

// The root mean square distance to the portable path, relative to its size; first head only.
template <typename T>
double error_of(const Operands<T>& x, DType dtype, JointAttentionPath path) {
  std::vector<T> ours(static_cast<size_t>(x.tokens * kHeadSize)), theirs(ours.size());
  kernels::joint_attention(x.op(dtype, path, 1, ours.data()), {});
  kernels::joint_attention(x.op(dtype, JointAttentionPath::kPortable, 1, theirs.data()), {});
  double gap = 0, size = 0;
  for (size_t i = 0; i < ours.size(); ++i) {
    const double a = kernels::load(&ours[i]), b = kernels::load(&theirs[i]);
    gap += (a - b) * (a - b);
    size += b * b;
  }
  return std::sqrt(gap / size);
}

// LibTorch's `linear` of FLUX.1's feed-forward on as many rows: the rate of the machine's matrix
// products.
Contender matrix_product(ScalarType type, int64_t rows) {
  const auto filled = [type](int64_t m, int64_t n) {
    std::vector<float> values = normal_values<float>(4, m * n);
    return std::make_shared<Tensor>(
        Tensor::from_blob(values.data(), {m, n}, ScalarType::kFloat32).to(type));
  };
  const auto x = filled(rows, kWidth), weight = filled(4 * kWidth, kWidth);
  return {"linear", 2.0 * static_cast<double>(rows * kWidth * 4 * kWidth),
          [=] { ops::linear(*x, *weight, Tensor()); }};
}

// The slow paths are timed at short sequences only: they have one rate at all.
bool worth_timing(JointAttentionPath path, DType dtype, int64_t tokens) {
  return kernels::joint_attention_runs(path, dtype) &&
         (tokens <= 2048 || path == kernels::fastest_joint_attention(dtype));
}

// Whether the fastest path is right.
template <typename T>
bool bench(DType dtype, ScalarType type, int64_t tokens, int rounds) {
  Operands<T> x(tokens);
  const double work = 4.0 * static_cast<double>(kHeads * tokens * tokens * kHeadSize);
  const double error = error_of(x, dtype, kernels::fastest_joint_attention(dtype));
  std::printf("%s 1x%ldx%ldx%ld, %d threads, error against the portable path %.1e\n", name_of(type),
              static_cast<long>(kHeads), static_cast<long>(tokens), static_cast<long>(kHeadSize),
              omp_get_max_threads(), error);
  std::vector<Contender> contenders;
  for (const JointAttentionPath path : kPaths) {
    if (!worth_timing(path, dtype, tokens)) continue;
    contenders.push_back({name_of(path), work, [&x, dtype, path] {
                            kernels::joint_attention(x.op(dtype, path, kHeads, x.out.data()), {});
                          }});
  }
  contenders.push_back(matrix_product(type, tokens));
  measure(contenders, rounds);
  print(contenders, "GFLOP/s");
  return error < 0.01;
}

int run(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 9;
  std::vector<int64_t> lengths;
  for (int i = 2; i < argc; ++i) lengths.push_back(std::atol(argv[i]));
  if (lengths.empty()) lengths = {1536, 4608, 5632};
  bool right = true;
  for (const int64_t tokens : lengths)
    right = bench<BFloat16>(DType::kBFloat16, ScalarType::kBFloat16, tokens, rounds) && right;
  right = bench<float>(DType::kFloat32, ScalarType::kFloat32, lengths[0], rounds) && right;
  if (!right) std::printf("FAIL: the fastest path differs from the portable one\n");
  return right ? 0 : 1;
}

}  // namespace
}  // namespace reflectionflow::bench

int main(int argc, char** argv) { return reflectionflow::bench::run(argc, argv); }
