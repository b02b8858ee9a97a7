// x W^T + b, with low-rank adapters kept beside the weight so that they can act on some rows only.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "models/precision.h"
#include "models/quantized_rows.h"
#include "models/weight_map.h"

namespace reflectionflow {

// Buffers for the narrow product in the middle of an adapter, made at first use and kept.
class AdapterScratch {
 public:
  Tensor& rows(int64_t rows, int64_t rank, ScalarType type, const Device& device);

 private:
  std::map<std::pair<int64_t, int64_t>, Tensor> buffers_;
};

// Where products of integers leave their sums: one buffer for all of them, and a view of it for
// each shape, made at first use and kept.
class ProductSums {
 public:
  ProductSums() = default;
  ProductSums(int64_t elements, const Device& device);  // as many as the largest product has
  Tensor& view(int64_t rows, int64_t width);            // (rows, width) int32

 private:
  Tensor buffer_;
  std::map<std::pair<int64_t, int64_t>, Tensor> views_;
};

class Linear {
 public:
  // Takes NAME.weight (out, in), NAME.bias (out) and the adapters of NAME. kFloat8 and kInt8
  // quantise the weight, a scale for each output.
  Linear(WeightMap& weights, const std::string& name, int64_t in, int64_t out, ScalarType type,
         Precision precision = Precision::kExact);
  // A layer of the modulation: its weight may stay on the host and come to the card for each call.
  static Linear modulation(WeightMap& weights, const std::string& name, int64_t in, int64_t out,
                           ScalarType type);
  // One layer with the outputs of all, in their order; it takes their weights and leaves them their
  // adapters.
  static Linear joined(std::vector<Linear>& layers);

  // out = x W^T + b; x (M, in), out (M, out).
  void forward(const Tensor& x, Tensor& out) const;
  // Only where in_eight_bits().
  void forward(const QuantizedRows& x, Tensor& out, ProductSums& sums) const;
  bool in_eight_bits() const { return eight_t_.defined(); }
  bool adapted() const { return !adapters_.empty(); }
  // out += scale (x a^T) b^T for each adapter.
  void adapt(const Tensor& x, Tensor& out, AdapterScratch& scratch) const;
  // forward() into a new tensor, with the adapters where asked: for what runs once for a prompt.
  Tensor operator()(const Tensor& x, bool adapters = false) const;

  int64_t out_size() const { return bias_.size(0); }
  const Device& device() const { return bias_.device(); }

 private:
  struct LowRank {
    Tensor a_t;  // (in, rank)
    Tensor b_t;  // (rank, out)
    double scale;
  };

  Linear() = default;
  Linear(WeightMap& weights, const std::string& name, Tensor weight, int64_t in, ScalarType type);
  void dequantize(const Tensor& sums, const Tensor& row_scale, Tensor& out) const;

  Tensor weight_t_;             // (in, out), a view; undefined in eight bits
  WeightMap::Placing placing_;  // where the weight waits on the host
  Tensor eight_t_;              // (in, out), a view, in eight bits
  Tensor eight_scale_;          // (1, out)
  Tensor bias_;                 // (out)
  std::vector<LowRank> adapters_;
};

}  // namespace reflectionflow
