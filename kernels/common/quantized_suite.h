// The suite of kernels that end in a row-wise quantisation: patterns are no quantities, so it
// judges the rows that they stand for.
#pragma once

#include "common/kernel_suite.h"
#include "common/quantize_rows.h"

namespace reflectionflow::kernels {

constexpr EightBits kEightBits[] = {EightBits::kFloat8, EightBits::kInt8};

inline const char* name_of(EightBits format) {
  return format == EightBits::kInt8 ? "int8" : "float8";
}

// The rows that patterns and scales stand for.
inline Values dequantized(EightBits format, const Values& patterns, const Values& row_scales) {
  const size_t width = patterns.size() / row_scales.size();
  Values values(patterns.size());
  with_eight_bits(format, [&](auto* eight) {
    for (size_t i = 0; i < values.size(); ++i) {
      const std::remove_pointer_t<decltype(eight)> element{static_cast<uint8_t>(patterns[i])};
      values[i] = load(&element) * row_scales[i / width];
    }
  });
  return values;
}

// What is left of rows of a dtype once they have been quantised.
inline Values merely_quantized(EightBits format, Values values, size_t rows, DType dtype) {
  const int64_t width = static_cast<int64_t>(values.size() / rows);
  for (float& value : values) value = rounded(value, Stored::kAsTested, dtype);
  with_eight_bits(format, [&](auto* eight) {
    std::vector<std::remove_pointer_t<decltype(eight)>> kept(width);
    for (size_t row = 0; row < rows; ++row) {
      float* x = values.data() + row * width;
      float scale = 0;
      quantize_row(x, kept.data(), &scale, width);
      for (int64_t c = 0; c < width; ++c) x[c] = load(&kept[c]) * scale;
    }
  });
  return values;
}

// Rounding to eight bits outweighs all else and is the same for both, so a kernel may do hardly
// worse than it: one that rounds down instead of to the nearest has twice the error.
inline void check_quantized(const std::string& where, double sum_cost, const Values& truth,
                            const Values& quantized, const Values& ours) {
  double size = 0;
  for (const float value : truth)
    size = std::isfinite(value) ? std::max<double>(size, std::fabs(value)) : size;
  const double floor = sum_cost / 16777216 * size;
  const Difference allowed = difference(quantized, truth), got = difference(ours, truth);
  CHECK_THAT(got.largest <= 1.2 * allowed.largest + floor,
             where << ": " << got.largest << " against " << allowed.largest);
  CHECK_THAT(got.mean <= 1.1 * allowed.mean + floor,
             where << ": " << got.mean << " against " << allowed.mean);
}

// A call of a kernel from rows to rows in a format; the reference as run_quantized_suite wants it,
// or as the caller's own suite does.
template <typename Op>
KernelCase quantized_rows_case(
    void (*launch)(const Op&, Stream), EightBits format, const char* name, const Layout& rows,
    Values values,
    const std::function<std::vector<Values>(int64_t width, const Values& x)>& reference) {
  KernelCase test;
  test.name = name;
  test.inputs = {{rows, std::move(values)}};
  test.outputs = {{rows, -1, Stored::kByte}, {dense(1, 1, rows.rows), -1, Stored::kFloat32}};
  test.reference = [=](const std::vector<Values>& in) { return reference(rows.width, in[0]); };
  test.launch = [=](DType dtype, const std::vector<void*>& in, const std::vector<void*>& out,
                    Stream stream) {
    Op op;
    op.dtype = dtype;
    op.format = format;
    op.rows = rows.rows;
    op.width = rows.width;
    op.x = in[0];
    op.x_row_stride = rows.row_stride;
    op.out = static_cast<uint8_t*>(out[0]);
    op.out_row_stride = rows.row_stride;
    op.row_scale = static_cast<float*>(out[1]);
    launch(op, stream);
  };
  return test;
}

// The outputs of a case are patterns (kByte) and one scale a row (kFloat32); its reference returns
// the rows before they are quantised.
inline void run_quantized_case(const KernelCase& test, EightBits format, const Device& device,
                               DType dtype) {
  const std::string where =
      test.name + " " + name_of(dtype) + " to " + name_of(format) + " on " + device.name;
  std::vector<Values> exact, stored;
  for (const Operand& input : test.inputs) {
    exact.push_back(input.values);
    stored.push_back(merely_stored(input, dtype));
  }
  device.vary(0);
  const CaseRun first = launch_case(test, device, dtype, where);
  device.vary(1);
  const CaseRun second = launch_case(test, device, dtype, where);
  const size_t rows = first.outputs[1].size();
  check_quantized(where, test.sum_cost, test.reference(exact)[0],
                  merely_quantized(format, test.reference(stored)[0], rows, dtype),
                  dequantized(format, first.outputs[0], first.outputs[1]));
  CHECK_THAT(first.bytes == second.bytes, where << ": a second run differs");
}

// cases(format) makes the cases that end in a format.
template <typename Cases>
void run_quantized_suite(const Cases& cases, const Device& device) {
  on_every_path(device, [&](const Device& on_path) {
    for (const EightBits format : kEightBits) {
      for (const KernelCase& test : cases(format)) {
        for (const DType dtype : {DType::kFloat32, DType::kBFloat16, DType::kFloat16})
          run_quantized_case(test, format, on_path, dtype);
      }
    }
  });
}

}  // namespace reflectionflow::kernels
