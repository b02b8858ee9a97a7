// Products go straight into the caller's buffers.
#include "models/linear.h"

#include "dequantize/dequantize.h"
#include "error.h"
#include "models/kernel_views.h"
#include "torch/ops.h"

namespace reflectionflow {
namespace {

// Tensors (.., K), of any number of rows each, as one (sum, K).
Tensor stacked(const std::vector<Tensor>& parts) {
  int64_t rows = 0, first = 0;
  for (const Tensor& part : parts) rows += part.size(0);
  Shape sizes = parts[0].sizes();
  sizes[0] = rows;
  Tensor all = Tensor::empty(sizes, parts[0].type(), parts[0].device());
  for (const Tensor& part : parts) {
    Tensor place = all.rows(first, part.size(0));
    ops::copy(place, part);
    first += part.size(0);
  }
  return all;
}

}  // namespace

Tensor& AdapterScratch::rows(int64_t rows, int64_t rank, ScalarType type, const Device& device) {
  Tensor& buffer = buffers_[{rows, rank}];
  if (!buffer.defined()) buffer = Tensor::empty({rows, rank}, type, device);
  return buffer;
}

ProductSums::ProductSums(int64_t elements, const Device& device)
    : buffer_(Tensor::empty({elements}, ScalarType::kInt32, device)) {}

Tensor& ProductSums::view(int64_t rows, int64_t width) {
  Tensor& view = views_[{rows, width}];
  if (!view.defined()) view = buffer_.rows(0, rows * width).view({rows, width});
  return view;
}

Linear::Linear(WeightMap& weights, const std::string& name, int64_t in, int64_t out,
               ScalarType type, Precision precision)
    : Linear(weights, name, weights.take(name + ".weight", {out, in}, type), in, type) {
  if (precision == Precision::kExact) return;
  QuantizedRows eight = QuantizedRows::empty(out, in, precision, device());
  quantize(weight_t_.transposed(), eight);
  weight_t_ = Tensor();
  eight_t_ = eight.bits.transposed();
  eight_scale_ = eight.scale.view({1, out});
}

Linear Linear::modulation(WeightMap& weights, const std::string& name, int64_t in, int64_t out,
                          ScalarType type) {
  Linear layer(weights, name, weights.take_late(name + ".weight", {out, in}, type), in, type);
  layer.placing_ = weights.late_placing();
  return layer;
}

Linear::Linear(WeightMap& weights, const std::string& name, Tensor weight, int64_t in,
               ScalarType type)
    : weight_t_(weight.transposed()), bias_(weights.take(name + ".bias", {weight.size(0)}, type)) {
  const int64_t out = weight.size(0);
  for (Adapter& adapter : weights.take_adapters(name)) {
    const int64_t rank = adapter.a.size(0);
    if (!(adapter.a.sizes() == Shape{rank, in}) || !(adapter.b.sizes() == Shape{out, rank})) {
      invalid_file("the LoRA of " + name + " is " + adapter.a.to_string() + " and " +
                   adapter.b.to_string() + ", expected (rank, " + std::to_string(in) + ") and (" +
                   std::to_string(out) + ", rank)");
    }
    adapters_.push_back({weights.placed(adapter.a).to(type).transposed(),
                         weights.placed(adapter.b).to(type).transposed(), adapter.scale});
  }
}

Linear Linear::joined(std::vector<Linear>& layers) {
  std::vector<Tensor> weights, scales, biases;
  const bool eight = layers[0].in_eight_bits();
  for (Linear& layer : layers) {
    Tensor& weight = eight ? layer.eight_t_ : layer.weight_t_;
    weights.push_back(weight.transposed());
    weight = Tensor();
    if (eight) scales.push_back(layer.eight_scale_.view({layer.out_size(), 1}));
    biases.push_back(layer.bias_.share());
  }
  Linear whole;
  (eight ? whole.eight_t_ : whole.weight_t_) = stacked(weights).transposed();
  if (eight) {
    const Tensor scale = stacked(scales);
    whole.eight_scale_ = scale.view({1, scale.size(0)});
  }
  whole.bias_ = stacked(biases);
  return whole;
}

void Linear::forward(const Tensor& x, Tensor& out) const {
  if (placing_) {
    ops::addmm(out, bias_, x, placing_(weight_t_.transposed()).transposed());
  } else {
    ops::addmm(out, bias_, x, weight_t_);
  }
}

void Linear::forward(const QuantizedRows& x, Tensor& out, ProductSums& sums) const {
  if (eight_t_.type() == ScalarType::kFloat8) {
    ops::scaled_mm(out, x.bits, eight_t_, x.scale, eight_scale_, bias_);
  } else {
    Tensor& integers = sums.view(out.size(0), out.size(1));
    ops::int_mm(integers, x.bits, eight_t_);
    dequantize(integers, x.scale, out);
  }
}

void Linear::dequantize(const Tensor& sums, const Tensor& row_scale, Tensor& out) const {
  kernels::Dequantize op;
  op.dtype = kernel_dtype(out.type());
  op.rows = out.size(0);
  op.width = op.sums_row_stride = op.out_row_stride = out.size(1);
  op.sums = sums.as<int32_t>();
  op.row_scale = row_scale.as<float>();
  op.column_scale = eight_scale_.as<float>();
  op.bias = bias_.data();
  op.out = out.data();
  kernels::dequantize(op, stream_for(out));
}

void Linear::adapt(const Tensor& x, Tensor& out, AdapterScratch& scratch) const {
  for (const LowRank& adapter : adapters_) {
    Tensor& narrow = scratch.rows(x.size(0), adapter.a_t.size(1), x.type(), x.device());
    ops::mm(narrow, x, adapter.a_t);
    ops::addmm(out, out, narrow, adapter.b_t, 1, adapter.scale);
  }
}

Tensor Linear::operator()(const Tensor& x, bool adapters) const {
  Tensor out = Tensor::empty({x.size(0), out_size()}, x.type(), x.device());
  forward(x, out);
  AdapterScratch scratch;
  if (adapters) adapt(x, out, scratch);
  return out;
}

}  // namespace reflectionflow
