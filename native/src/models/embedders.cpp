// Small products that run once for a prompt.
#include "models/embedders.h"

#include "models/kernel_views.h"
#include "models/residual.h"
#include "timestep_embedding/timestep_embedding.h"
#include "torch/ops.h"

namespace reflectionflow {
namespace {

constexpr int64_t kHalf = 128;

// (B, E) to (N, E), the prompts one after the other again and again.
Tensor repeat(const Tensor& x, int64_t rows) {
  Tensor out = Tensor::empty({rows, x.size(1)}, x.type(), x.device());
  for (int64_t row = 0; row < rows; row += x.size(0)) {
    Tensor part = out.rows(row, x.size(0));
    ops::copy(part, x);
  }
  return out;
}

}  // namespace

Tensor sinusoidal_embedding(const std::vector<float>& values, const Device& device) {
  const int64_t count = static_cast<int64_t>(values.size());
  const Tensor placed =
      Tensor::from_blob(const_cast<float*>(values.data()), {count}, ScalarType::kFloat32)
          .on(device);
  Tensor out = Tensor::empty({count, 2 * kHalf}, ScalarType::kFloat32, device);
  kernels::TimestepEmbedding op;
  op.count = count;
  op.frequencies = kHalf;
  op.values = placed.as<float>();
  op.out = out.data();
  kernels::timestep_embedding(op, stream_for(out));
  return out;
}

ConditioningEmbedder::Mlp::Mlp(WeightMap& weights, const std::string& name, int64_t in_size,
                               int64_t out_size, ScalarType type)
    : in(weights, name + ".in", in_size, out_size, type),
      out(weights, name + ".out", out_size, out_size, type) {}

Tensor ConditioningEmbedder::Mlp::forward(const Tensor& x) const { return out(ops::silu(in(x))); }

ConditioningEmbedder::ConditioningEmbedder(const FluxConfig& config, WeightMap& weights,
                                           ScalarType type)
    : type_(type),
      time_(weights, "transformer.time_in", 2 * kHalf, config.width(), type),
      pooled_(weights, "transformer.pooled_in", config.pooled_width, config.width(), type) {
  if (config.guidance) {
    guidance_.emplace(weights, "transformer.guidance_in", 2 * kHalf, config.width(), type);
  }
}

Tensor ConditioningEmbedder::thousandfold(const std::vector<float>& values,
                                          const Device& device) const {
  std::vector<float> scaled;
  for (float value : values) scaled.push_back(round_to(type_, round_to(type_, value) * 1000.0f));
  return sinusoidal_embedding(scaled, device);
}

Tensor ConditioningEmbedder::forward(const std::vector<float>& timesteps,
                                     const std::vector<float>& guidance, const Tensor& pooled,
                                     const char* name, Recorder& recorder) const {
  const Tensor time = thousandfold(timesteps, pooled.device());
  Tensor conditioning = time_.forward(time.to(type_));
  if (guidance_) {
    add_residual(conditioning,
                 guidance_->forward(thousandfold(guidance, pooled.device()).to(type_)));
  }
  add_residual(conditioning, repeat(pooled_.forward(pooled), conditioning.size(0)));
  if (recorder.layers()) {
    recorder.keep(std::string(name) + ".time_embedding", time);
    recorder.keep(std::string(name) + ".conditioning", conditioning);
  }
  return conditioning;
}

}  // namespace reflectionflow
