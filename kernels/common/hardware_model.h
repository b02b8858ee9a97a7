// What the PTX ISA says of the instructions for matrices that kernels use, as plain loops over
// bytes and registers, for tests on machines without a GPU. Written from the manual, in its words
// and with nothing of the kernels' layouts: where the two agree, the kernels' index arithmetic is
// right.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <vector>

#include "common/element.h"

namespace reflectionflow::kernels {

// Shared memory, addressed as the hardware does: swizzles act on bits of the address.
class SharedMemory {
 public:
  explicit SharedMemory(uint32_t bytes) : bytes_(bytes, 0xff) {}  // NaN, until something is written

  uint16_t read(uint32_t address) const {
    uint16_t element;
    std::memcpy(&element, at(address, 2), 2);
    return element;
  }
  void write(uint32_t address, const void* from, uint32_t count) {
    std::memcpy(const_cast<uint8_t*>(at(address, count)), from, count);
  }
  const uint8_t* at(uint32_t address, uint32_t count) const {
    if (address + count > bytes_.size()) throw std::logic_error("outside shared memory");
    if (address % (count < 16 ? count : 16) != 0) throw std::logic_error("misaligned");
    return bytes_.data() + address;
  }

 private:
  std::vector<uint8_t> bytes_;
};

// "Swizzle modes", 128 bytes: the 16-byte unit within 128 bytes is XORed with the 128-byte line
// within 1024.
inline uint32_t swizzled(uint32_t address) {
  const uint32_t unit = address / 16 % 8, line = address / 128 % 8;
  return address - unit * 16 + (unit ^ line) * 16;
}

// cp.async.bulk.tensor.3d of 16-bit elements with a box of `columns` x `rows` x 1 in the mode
// above. `tensor` is its first element; sizes and byte strides as in the tensor map. Elements
// outside are zero, also where memory goes on.
struct TensorMapModel {
  const uint16_t* tensor;
  uint64_t sizes[3];
  uint64_t strides[2];
  uint32_t box[3];
};

inline void model_copy_box(SharedMemory& shared, uint32_t to, const TensorMapModel& map, int column,
                           int row, int plane) {
  if (to % 1024 != 0 || map.box[0] * 2 != 128) throw std::logic_error("no place for the swizzle");
  for (uint32_t r = 0; r < map.box[1]; ++r) {
    for (uint32_t c = 0; c < map.box[0]; ++c) {
      const uint64_t x = column + c, y = row + r, z = plane;
      const bool inside = x < map.sizes[0] && y < map.sizes[1] && z < map.sizes[2];
      const uint64_t offset = x * 2 + y * map.strides[0] + z * map.strides[1];
      const uint16_t element = inside ? map.tensor[offset / 2] : 0;
      shared.write(swizzled(to + r * 128 + c * 2), &element, 2);
    }
  }
}

// "Shared memory matrix layout" of wgmma, 128-byte swizzle, 16-bit elements. Bit fields of the
// descriptor as in the manual's table; `k_major` where the instruction does not transpose.
struct WgmmaOperand {
  uint64_t descriptor;
  bool k_major;

  uint32_t field(int first, int bits) const {
    return static_cast<uint32_t>(descriptor >> first & ((1ull << bits) - 1));
  }
  // Of element (mn, k) of an operand with k in [0, 16).
  uint32_t address(int mn, int k) const {
    const uint32_t start = field(0, 14) * 16, leading = field(16, 14) * 16,
                   stride = field(32, 14) * 16;
    if (field(49, 3) != 0 || field(62, 2) != 1) throw std::logic_error("not what is modelled");
    // Repeating patterns of 8 lines of 128 bytes: 8 mn x 64 k, or 64 mn x 8 k.
    if (k_major) return swizzled(start + mn / 8 * stride + mn % 8 * 128 + k * 2);
    return swizzled(start + mn / 64 * leading + k / 8 * stride + k % 8 * 128 + mn % 64 * 2);
  }
};

template <typename T>
float element_of(uint16_t bits) {
  T element;
  element.bits = bits;
  return load(&element);
}

// A tile of floats.
template <int kRows, int kColumns>
using Matrix = std::array<std::array<float, kColumns>, kRows>;

template <typename T, int kRows>
Matrix<kRows, 16> read_operand(const SharedMemory& shared, const WgmmaOperand& operand) {
  Matrix<kRows, 16> matrix;
  for (int mn = 0; mn < kRows; ++mn)
    for (int k = 0; k < 16; ++k) matrix[mn][k] = element_of<T>(shared.read(operand.address(mn, k)));
  return matrix;
}

// "Register fragments" of wgmma's operand A and of mma.m16n8k16's: %laneid / 4 is the group, and
// %laneid % 4 the thread in the group; a0 a1, a2 a3, a4 a5, a6 a7 share registers 0 to 3.
template <typename T>
Matrix<16, 16> read_operand_a(const uint32_t (*registers)[4]) {  // of 32 lanes
  Matrix<16, 16> matrix;
  for (int lane = 0; lane < 32; ++lane) {
    const int group = lane >> 2, thread = lane % 4;
    for (int i = 0; i < 8; ++i) {
      const int row = i < 2 || (i >= 4 && i < 6) ? group : group + 8;
      const int column = thread * 2 + (i & 1) + (i >= 4 ? 8 : 0);
      matrix[row][column] =
          element_of<T>(static_cast<uint16_t>(registers[lane][i / 2] >> (16 * (i % 2))));
    }
  }
  return matrix;
}

// wgmma.mma_async.m64n128k16 of one warp of the four, rows 16 w to 16 w + 15 in `a`: "d[64]" of
// each lane.
inline void model_wgmma(float (*d)[64], const Matrix<16, 16>& a, const Matrix<128, 16>& b,
                        bool accumulate) {
  for (int lane = 0; lane < 32; ++lane) {
    for (int i = 0; i < 64; ++i) {
      const int row = (lane >> 2) + 8 * ((i & 2) >> 1);
      const int column = i / 4 * 8 + (lane & 3) * 2 + (i & 1);
      float sum = accumulate ? d[lane][i] : 0;
      for (int k = 0; k < 16; ++k) sum += a[row][k] * b[column][k];
      d[lane][i] = sum;
    }
  }
}

// mma.m16n8k16, row.col: lanes' c0 c1 c2 c3 at d[lane] + first, b0 b1 | b2 b3 in two registers.
template <typename T, int kValues>
void model_mma(float (*d)[kValues], int first, const Matrix<16, 16>& a, const uint32_t (*b)[2]) {
  float columns[16][8];
  for (int lane = 0; lane < 32; ++lane) {
    for (int i = 0; i < 4; ++i) {
      const int row = lane % 4 * 2 + (i & 1) + (i >= 2 ? 8 : 0);  // of B: k
      columns[row][lane >> 2] =
          element_of<T>(static_cast<uint16_t>(b[lane][i / 2] >> (16 * (i % 2))));
    }
  }
  for (int lane = 0; lane < 32; ++lane) {
    for (int i = 0; i < 4; ++i) {
      const int row = i < 2 ? lane >> 2 : (lane >> 2) + 8, column = lane % 4 * 2 + (i & 1);
      for (int k = 0; k < 16; ++k) d[lane][first + i] += a[row][k] * columns[k][column];
    }
  }
}

// ldmatrix.m8n8.x4.b16: lanes 8 m to 8 m + 7 name the rows of matrix m, and register m of lane l
// gets elements 2 (l % 4) and + 1 of its row l / 4; .trans: of its column l / 4.
inline void model_ldmatrix(const uint8_t* const (&rows)[32], bool trans, uint32_t (*to)[4]) {
  for (int lane = 0; lane < 32; ++lane) {
    for (int m = 0; m < 4; ++m) {
      uint16_t pair[2];
      for (int half = 0; half < 2; ++half) {
        const int outer = lane / 4, inner = lane % 4 * 2 + half;
        const int row = trans ? inner : outer, column = trans ? outer : inner;
        std::memcpy(&pair[half], rows[8 * m + row] + 2 * column, 2);
      }
      to[lane][m] = pair[0] | static_cast<uint32_t>(pair[1]) << 16;
    }
  }
}

inline void model_ldmatrix(const SharedMemory& shared, const uint32_t (&address)[32], bool trans,
                           uint32_t (*to)[4]) {
  const uint8_t* rows[32];
  for (int lane = 0; lane < 32; ++lane) rows[lane] = shared.at(address[lane], 16);  // or misaligned
  model_ldmatrix(rows, trans, to);
}

}  // namespace reflectionflow::kernels
