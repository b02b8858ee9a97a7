// adaLN modulation and quantisation against their formula; models/quantized_parts_test holds them
// against the two kernels.
#include "adaln_modulate_quantized/adaln_modulate_quantized.h"

#include "adaln_modulate_quantized/adaln_modulate_quantized_ref.h"
#include "common/quantized_suite.h"

namespace reflectionflow::kernels {
namespace {

KernelCase make_case(EightBits format, const char* name, int64_t batch, int64_t tokens,
                     int64_t width, LayoutOf layout, bool shared, float centre) {
  AdalnModulateQuantized op;
  op.format = format;
  op.batch = batch;
  op.tokens = tokens;
  op.width = width;
  const Layout rows = layout(batch, tokens, width);
  const Layout vectors = shared ? dense(1, 1, width) : layout(batch, 1, width);
  KernelCase test;
  test.name = name;
  test.inputs = {{rows, random_values(1, rows.count(), 2, centre)},
                 {vectors, random_values(2, vectors.count())},
                 {vectors, random_values(3, vectors.count(), 0.5f)}};
  test.outputs = {{rows, -1, Stored::kByte}, {dense(1, 1, batch * tokens), -1, Stored::kFloat32}};
  test.reference = [op](const std::vector<Values>& in) {
    return std::vector<Values>{adaln_modulate_quantized_ref(op, in[0], in[1], in[2])};
  };
  test.launch = [=](DType dtype, const std::vector<void*>& in, const std::vector<void*>& out,
                    Stream stream) {
    AdalnModulateQuantized call = op;
    call.dtype = dtype;
    call.x = {in[0], rows.batch_stride, rows.row_stride};
    call.shift = {in[1], shared ? 0 : vectors.batch_stride};
    call.scale = {in[2], shared ? 0 : vectors.batch_stride};
    call.out = {static_cast<uint8_t*>(out[0]), rows.batch_stride, rows.row_stride};
    call.row_scale = static_cast<float*>(out[1]);
    adaln_modulate_quantized(call, stream);
  };
  return test;
}

std::vector<KernelCase> cases(EightBits format) {
  return {make_case(format, "one element", 1, 1, 1, dense, false, 0),
          make_case(format, "odd width", 3, 7, 33, strided, false, 0),
          make_case(format, "shared vectors", 3, 2, 64, dense, true, 0),
          make_case(format, "far from zero", 1, 3, 257, dense, false, 8),
          make_case(format, "FLUX width", 2, 3, 3072, dense, true, 0),
          make_case(format, "a warp partly idle", 2, 3, 1032, padded, false, 0),
          make_case(format, "odd and wide", 1, 2, 16383, strided, false, 0),
          make_case(format, "worth threads", 2, 130, 129, strided, false, 0)};
}

TEST(equals_its_formula_on_the_cpu) { run_quantized_suite(cases, cpu_device()); }

CUDA_TEST(equals_its_formula_on_cuda) { run_quantized_suite(cases, cuda_device()); }

TEST(refuses_what_it_cannot_do) {
  float x[4] = {}, row_scale = 0;
  uint8_t out[4] = {};
  AdalnModulateQuantized op;
  op.batch = op.tokens = 1;
  op.width = 4;
  op.x = {x, 4, 4};
  op.shift = op.scale = {x, 4};
  op.out = {out, 4, 4};
  op.row_scale = &row_scale;
  AdalnModulateQuantized bad = op;
  bad.width = 16385;
  CHECK_REFUSED(adaln_modulate_quantized(bad, {}),
                "adaln_modulate_quantized: width 16385 is not in [1, 16384]");
  bad = op;
  bad.format = static_cast<EightBits>(-1);
  CHECK_REFUSED(adaln_modulate_quantized(bad, {}),
                "adaln_modulate_quantized: format -1 is unknown");
  bad = op;
  bad.out.row_stride = 3;
  CHECK_REFUSED(adaln_modulate_quantized(bad, {}),
                "adaln_modulate_quantized: out row stride 3 is less than the width 4");
  bad = op;
  bad.row_scale = nullptr;
  CHECK_REFUSED(adaln_modulate_quantized(bad, {}), "adaln_modulate_quantized: row_scale is null");
  if (!kCudaBuild)
    CHECK_REFUSED(adaln_modulate_quantized(op, Stream{nullptr, true}),
                  "adaln_modulate_quantized: this build has no CUDA kernels");
}

}  // namespace
}  // namespace reflectionflow::kernels
