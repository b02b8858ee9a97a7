// GroupNorm with SiLU at the shapes of FLUX.1's autoencoder at 512x512 pixels, beside LibTorch's
// two operators and a copy of the same tensor.
//
// group_norm_silu_bench [rounds]: 15 rounds if nothing is said. An image larger than the cache is
// read twice and written once; that is the work counted, a copy's is one of each.
#include <omp.h>

#include <cstdlib>
#include <cstring>
#include <random>

#include "group_norm_silu/group_norm_silu.h"
#include "kernels/measure.h"
#include "torch/dispatch.h"
#include "torch/ops.h"

namespace reflectionflow::bench {
namespace {

using kernels::DType;
using kernels::GroupNormSilu;

struct Problem {
  int64_t side, channels;
};
constexpr Problem kDecoder[] = {{64, 512}, {256, 256}, {512, 128}, {512, 256}};
constexpr int64_t kGroups = 32;

Tensor normal(unsigned seed, const Shape& sizes, ScalarType type) {
  std::mt19937 random(seed);
  std::normal_distribution<float> values;
  Tensor made = Tensor::empty(sizes, ScalarType::kFloat32);
  for (int64_t i = 0; i < made.count(); ++i) made.as<float>()[i] = values(random);
  return made.to(type);
}

// Every thread copies rows in order.
void copy_rows(const Tensor& from, const Tensor& to) {
  const int64_t rows = from.size(0) * from.size(1) * from.size(2);
  const int64_t bytes = from.size(3) * size_of(from.type());
#pragma omp parallel for schedule(static)
  for (int64_t r = 0; r < rows; ++r)
    std::memcpy(to.as<char>() + r * bytes, from.as<char>() + r * bytes, static_cast<size_t>(bytes));
}

Tensor rival(const Tensor& x, const Tensor& weight, const Tensor& bias) {
  const int64_t side = x.size(1), channels = x.size(3);
  const Tensor first =
      x.view({1, channels, side, side}, {side * side * channels, 1, side * channels, channels});
  return ops::silu(Dispatch("aten::group_norm")
                       .tensor(first)
                       .integer(kGroups)
                       .optional(weight)
                       .optional(bias)
                       .number(1e-6)
                       .boolean(true)
                       .call());
}

void bench(const Problem& p, DType dtype, ScalarType type, int rounds) {
  const Tensor x = normal(1, {1, p.side, p.side, p.channels}, type);
  const Tensor weight = normal(2, {p.channels}, type), bias = normal(3, {p.channels}, type);
  const Tensor out = Tensor::empty(x.sizes(), type);
  GroupNormSilu op;
  op.dtype = dtype;
  op.batch = 1;
  op.pixels = p.side * p.side;
  op.channels = p.channels;
  op.groups = kGroups;
  op.x = x.data();
  op.weight = weight.data();
  op.bias = bias.data();
  op.out = out.data();
  GroupNormSilu in_place = op;
  in_place.x = out.data();
  const double bytes = static_cast<double>(x.count() * size_of(type));
  std::vector<Contender> contenders = {
      {"group_norm_silu", 3 * bytes, [&] { kernels::group_norm_silu(op, {}); }},
      {"in place", 3 * bytes, [&] { kernels::group_norm_silu(in_place, {}); }},
      {"LibTorch", 3 * bytes, [&] { rival(x, weight, bias); }},
      {"copy", 2 * bytes, [&] { copy_rows(x, out); }}};
  measure(contenders, rounds);
  std::printf("%s %ldx%ldx%ld, %.0f MB, %d threads\n", name_of(type), static_cast<long>(p.side),
              static_cast<long>(p.side), static_cast<long>(p.channels), bytes / 1e6,
              omp_get_max_threads());
  print(contenders, "GB/s");
}

int run(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 15;
  for (const Problem& problem : kDecoder)
    bench(problem, DType::kBFloat16, ScalarType::kBFloat16, rounds);
  bench(kDecoder[2], DType::kFloat32, ScalarType::kFloat32, rounds);
  return 0;
}

}  // namespace
}  // namespace reflectionflow::bench

int main(int argc, char** argv) { return reflectionflow::bench::run(argc, argv); }
