// Dequantisation of the sums of a block's products in eight bits; LibTorch has no such operator.
#include "dequantize/dequantize.h"
#include "kernels/memory_bound.h"

namespace reflectionflow::bench {
namespace {

MemoryBound dequantize(ScalarType type, int64_t width) {
  constexpr int64_t kRows = 4608;
  const Operand row_scale = normal({kRows}, ScalarType::kFloat32),
                column_scale = normal({width}, ScalarType::kFloat32, 2),
                bias = normal({width}, type, 3), out = empty({kRows, width}, type);
  const auto sums = std::make_shared<std::vector<int32_t>>(kRows * width, 12345);
  kernels::Dequantize op;
  op.dtype = kernel_dtype(type);
  op.rows = kRows;
  op.width = op.sums_row_stride = op.out_row_stride = width;
  op.sums = sums->data();
  op.row_scale = row_scale->as<float>();
  op.column_scale = column_scale->as<float>();
  op.bias = bias->data();
  op.out = out->data();
  return {"4608x" + std::to_string(width), bytes_of(out) + 4.0 * static_cast<double>(sums->size()),
          [=, keep = std::make_tuple(row_scale, column_scale, bias, out, sums)] {
            kernels::dequantize(op, {});
          }};
}

}  // namespace
}  // namespace reflectionflow::bench

int main(int argc, char** argv) {
  using namespace reflectionflow;
  return bench::bench_memory_bound(
      argc, argv, "dequantize",
      {[](ScalarType type) { return bench::dequantize(type, 3072); },
       [](ScalarType type) { return bench::dequantize(type, 12288); }});
}
