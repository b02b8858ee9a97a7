// The matrix instructions of sm_80 on the CPU, for all lanes of a warp, by the model of the
// hardware.
#include "common/hardware_model.h"
#include "common/ptx_sm80.cuh"

namespace emulation {

using namespace reflectionflow::kernels;

void load_matrices(MatrixLoad** lanes, bool transposed) {
  const uint8_t* rows[kLanes];
  uint32_t to[kLanes][4];
  for (unsigned lane = 0; lane < kLanes; ++lane) rows[lane] = lanes[lane]->row;
  model_ldmatrix(rows, transposed, to);
  for (unsigned lane = 0; lane < kLanes; ++lane) std::memcpy(lanes[lane]->to, to[lane], 16);
}

void multiply_matrices(MatrixProduct** lanes, bool bfloat16) {
  uint32_t a[kLanes][4], b[kLanes][2];
  float sums[kLanes][4];
  for (unsigned lane = 0; lane < kLanes; ++lane) {
    std::memcpy(a[lane], lanes[lane]->a, sizeof a[lane]);
    std::memcpy(b[lane], lanes[lane]->b, sizeof b[lane]);
    std::memcpy(sums[lane], lanes[lane]->sums, sizeof sums[lane]);
  }
  if (bfloat16)
    model_mma<BFloat16>(sums, 0, read_operand_a<BFloat16>(a), b);
  else
    model_mma<Float16>(sums, 0, read_operand_a<Float16>(a), b);
  for (unsigned lane = 0; lane < kLanes; ++lane)
    std::memcpy(lanes[lane]->sums, sums[lane], sizeof sums[lane]);
}

}  // namespace emulation
