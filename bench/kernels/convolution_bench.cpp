// Convolution at the shapes of FLUX.1's autoencoder decoding 512x512 pixels, beside LibTorch's
// convolution on the same channels-last memory and LibTorch's matrix product.
//
// convolution_bench [rounds]: 5 rounds if nothing is said.
#include <omp.h>

#include <cmath>
#include <cstdlib>
#include <memory>
#include <random>

#include "common/element.h"
#include "convolution/convolution.h"
#include "kernels/measure.h"
#include "kernels/rivals.h"
#include "torch/ops.h"

namespace reflectionflow::bench {
namespace {

using kernels::Convolution;
using kernels::ConvolutionPath;
using kernels::DType;

struct Problem {
  int64_t side, in, out, filter;
};
constexpr Problem kDecoder[] = {{64, 512, 512, 3},  {128, 512, 512, 3}, {256, 512, 256, 3},
                                {256, 256, 256, 3}, {512, 256, 128, 3}, {512, 128, 128, 3},
                                {512, 256, 128, 1}, {512, 128, 3, 3}};
constexpr ConvolutionPath kPaths[] = {ConvolutionPath::kAvx512Bf16, ConvolutionPath::kAvx512,
                                      ConvolutionPath::kAvx2, ConvolutionPath::kPortable};

Tensor normal(unsigned seed, const Shape& sizes, ScalarType type) {
  std::mt19937 random(seed);
  std::normal_distribution<float> values(0, 1 / 16.0f);
  Tensor made = Tensor::empty(sizes, ScalarType::kFloat32);
  for (int64_t i = 0; i < made.count(); ++i) made.as<float>()[i] = values(random);
  return made.to(type);
}

// (O, C, k, k) with the channels last in memory, as LibTorch wants them for such images.
Tensor channels_last(const Tensor& weights) {
  const Shape& sizes = weights.sizes();
  Tensor made = Tensor::empty_strided(
      sizes, {sizes[1] * sizes[2] * sizes[3], 1, sizes[3] * sizes[1], sizes[1]}, weights.type());
  ops::copy(made, weights);
  return made;
}

struct Operands {
  Operands(const Problem& p, ScalarType type)
      : problem(p),
        x(normal(1, {1, p.side, p.side, p.in}, type)),
        weights(normal(2, {p.out, p.in, p.filter, p.filter}, type)),
        weights_last(channels_last(weights)),
        bias(normal(3, {p.out}, type)),
        out(Tensor::empty({1, p.side, p.side, p.out}, type)) {}

  Convolution op(DType dtype, ConvolutionPath path) const {
    Convolution op;
    op.filter = {dtype, problem.out, problem.in, problem.filter, problem.filter, path};
    op.batch = 1;
    op.height = op.width = op.out_height = op.out_width = problem.side;
    op.top = op.left = problem.filter / 2;
    op.x = x.data();
    op.bias = bias.data();
    op.out = out.data();
    op.out_pixel_stride = problem.out;
    op.out_row_stride = problem.side * problem.out;
    op.out_batch_stride = problem.side * op.out_row_stride;
    return op;
  }

  Tensor rival() const {
    const int64_t side = problem.side, in = problem.in;
    return convolution(x.view({1, in, side, side}, {side * side * in, 1, side * in, in}),
                       weights_last, bias);
  }

  Problem problem;
  Tensor x, weights, weights_last, bias, out;
};

// The root mean square distance of LibTorch's result (1, O, H, W), channels last, to ours, relative
// to its size.
double error_of(const Operands& x) {
  const Tensor ours = x.out.to(ScalarType::kFloat32);
  const Tensor rival = x.rival();
  const Tensor theirs =
      rival.view(x.out.sizes(), x.out.sizes().contiguous_strides()).to(ScalarType::kFloat32);
  double gap = 0, size = 0;
  for (int64_t i = 0; i < ours.count(); ++i) {
    const double a = ours.as<float>()[i], b = theirs.as<float>()[i];
    gap += (a - b) * (a - b);
    size += b * b;
  }
  return std::sqrt(gap / size);
}

// LibTorch's `linear` of FLUX.1's feed-forward: the rate of the machine's matrix products.
Contender matrix_product(ScalarType type) {
  const auto x = std::make_shared<Tensor>(normal(4, {1536, 3072}, type));
  const auto weight = std::make_shared<Tensor>(normal(5, {12288, 3072}, type));
  return {"linear", 2.0 * 1536 * 3072 * 12288, [=] { ops::linear(*x, *weight, Tensor()); }};
}

// Whether the fastest path is right.
bool bench(const Problem& p, DType dtype, ScalarType type, int rounds) {
  Operands x(p, type);
  const double work =
      2.0 * static_cast<double>(p.side * p.side * p.in * p.out * p.filter * p.filter);
  std::vector<Contender> contenders;
  std::vector<Tensor> packed;
  packed.reserve(std::size(kPaths));
  for (const ConvolutionPath path : kPaths) {
    const bool slow = work > 1e11 && path != kernels::fastest_convolution(dtype);
    if (slow || !kernels::convolution_runs(path, dtype)) continue;
    Convolution op = x.op(dtype, path);
    packed.push_back(Tensor::empty({kernels::packed_bytes(op.filter)}, ScalarType::kUInt8));
    kernels::pack_convolution(op.filter, x.weights.data(), packed.back().data());
    op.packed = packed.back().data();
    contenders.push_back({name_of(path), work, [op] { kernels::convolution(op, {}); }});
  }
  contenders.front().call();
  const double error = error_of(x);
  contenders.push_back({"LibTorch", work, [&x] { x.rival(); }});
  contenders.push_back(matrix_product(type));
  measure(contenders, rounds);
  std::printf("%s %ldx%ld, %ld to %ld channels, %ldx%ld, %d threads, distance to LibTorch %.1e\n",
              name_of(type), static_cast<long>(p.side), static_cast<long>(p.side),
              static_cast<long>(p.in), static_cast<long>(p.out), static_cast<long>(p.filter),
              static_cast<long>(p.filter), omp_get_max_threads(), error);
  print(contenders, "GFLOP/s");
  return error < 0.01;
}

int run(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 5;
  bool right = true;
  for (const Problem& problem : kDecoder)
    right = bench(problem, DType::kBFloat16, ScalarType::kBFloat16, rounds) && right;
  right = bench(kDecoder[3], DType::kFloat32, ScalarType::kFloat32, rounds) && right;
  if (!right) std::printf("FAIL: the fastest path differs from LibTorch\n");
  return right ? 0 : 1;
}

}  // namespace
}  // namespace reflectionflow::bench

int main(int argc, char** argv) { return reflectionflow::bench::run(argc, argv); }
