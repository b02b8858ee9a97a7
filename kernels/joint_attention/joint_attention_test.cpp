// Joint attention against its formula, on every path and every kernel.
#include "joint_attention/joint_attention.h"

#include "joint_attention/joint_attention_cases.h"
#include "joint_attention/joint_attention_cuda.h"

namespace reflectionflow::kernels {
namespace {

TEST(equals_its_formula_on_the_cpu) { run_suite(cases(joint_attention), cpu_device()); }

// All cases, or those whose sequences are short enough for an emulated card.
std::vector<KernelCase> cases_for(const Device& device, const Launch& launch) {
  std::vector<KernelCase> chosen;
  for (const KernelCase& test : cases(launch)) {
    if (!device.emulated || test.inputs[0].layout.rows <= 80) chosen.push_back(test);
  }
  return chosen;
}

CUDA_TEST(equals_its_formula_on_cuda) {
  const Device device = cuda_device();
  run_suite(cases_for(device, joint_attention), device);
}

// One kernel, in every dtype and head size that it takes; says what this card cannot run.
void run_kernel(JointAttentionKernel kernel) {
  const Device device = cuda_device();
  if constexpr (kCudaBuild) {
    const Launch launch = [=](const JointAttention& op, Stream stream) {
      joint_attention_cuda(op, kernel, stream);
    };
    const CudaCard card = current_cuda_card();
    const auto takes = [&](DType dtype, int64_t head_size) {
      return kernel <= fastest_joint_attention_kernel(card, dtype, head_size);
    };
    if (!takes(DType::kBFloat16, 128)) std::printf("skipped: kernel %s\n", name_of(kernel));
    for (const DType dtype : {DType::kFloat32, DType::kBFloat16, DType::kFloat16}) {
      for (const KernelCase& test : cases_for(device, launch)) {
        const int64_t head_size = test.inputs[0].layout.width;
        // In the emulation time is dear, and the launcher's own choice has run above.
        if (device.emulated && kernel == fastest_joint_attention_kernel(card, dtype, head_size))
          continue;
        if (takes(dtype, head_size)) run_case(test, device, dtype);
      }
      for (const int64_t head_size : {16, 72, 128}) {
        if (takes(dtype, head_size)) check_hidden_keys(launch, head_size, dtype, device);
      }
    }
  }
}

CUDA_TEST(plain_kernel) { run_kernel(JointAttentionKernel::kPlain); }
CUDA_TEST(sm80_kernel) { run_kernel(JointAttentionKernel::kSm80); }
CUDA_TEST(sm90_kernel) { run_kernel(JointAttentionKernel::kSm90); }

// More tiles of keys than there are buffers for them.
CUDA_TEST(buffers_are_free_for_the_tile_after_next) {
  const KernelCase test =
      make_case(joint_attention, {"many tiles", 1, 1, 128, {140, 90}, {0, 0.7f, -0.4f, 0}});
  run_case(test, cuda_device(), DType::kBFloat16);
}

// Blocks of Hopper's kernel are persistent and take more than one tile of queries: 320 of them are
// more than a card's multiprocessors.
CUDA_TEST(blocks_go_on_to_their_next_tile) {
  const Device device = cuda_device();
  if (device.emulated) return;  // an A100, whose kernels have a block for each tile
  const KernelCase test = make_case(joint_attention, {"many planes", 4, 40, 128, {3, 70}});
  run_case(test, device, DType::kBFloat16);
}

template <JointAttentionPath kPath>
void launch_path(const JointAttention& op, Stream stream) {
  JointAttention forced = op;
  forced.path = kPath;
  joint_attention(forced, stream);
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
    check_hidden_keys(launch_path<kPath>, 16, dtype, cpu_device());
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
  const Stream cuda{nullptr, true};
  bad = op;
  bad.path = JointAttentionPath::kPortable;
  CHECK_REFUSED(joint_attention(bad, cuda), "joint_attention: path portable is not CUDA's");
  if (!kCudaBuild)
    CHECK_REFUSED(joint_attention(op, cuda), "joint_attention: this build has no CUDA kernels");
}

}  // namespace
}  // namespace reflectionflow::kernels
