// Small products that run once for a prompt.
#include "models/embedders.h"

#include <cmath>

#include "models/kernel_views.h"
#include "models/residual.h"
#include "torch/ops.h"

namespace reflectionflow {
namespace {

constexpr int64_t kHalf = 128;

// (B, E) to (N, E), the prompts one after the other again and again.
Tensor repeat(const Tensor& x, int64_t rows) {
  Tensor out = Tensor::empty({rows, x.size(1)}, x.type());
  for (int64_t row = 0; row < rows; row += x.size(0)) {
    Tensor part = out.rows(row, x.size(0));
    ops::copy(part, x);
  }
  return out;
}

}  // namespace

Tensor sinusoidal_embedding(const std::vector<float>& values) {
  const Shape sizes{static_cast<int64_t>(values.size()), 2 * kHalf};
  Tensor out = Tensor::empty(sizes, ScalarType::kFloat32);
  float* row = out.as<float>();
  for (float value : values) {
    for (int64_t i = 0; i < kHalf; ++i) {
      // Rounded to float32 after each operation, as the reference; exp in double, because float
      // exps differ in the last bit between libraries and a last bit moves an entry at 7000 by
      // 3e-4.
      const float exponent = static_cast<float>(-std::log(10000.0)) * static_cast<float>(i);
      const double scaled = exponent / static_cast<float>(kHalf);
      const float argument = value * static_cast<float>(std::exp(scaled));
      row[i] = std::cos(argument);
      row[kHalf + i] = std::sin(argument);
    }
    row += 2 * kHalf;
  }
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

Tensor ConditioningEmbedder::thousandfold(const std::vector<float>& values) const {
  std::vector<float> scaled;
  for (float value : values) scaled.push_back(round_to(type_, round_to(type_, value) * 1000.0f));
  return sinusoidal_embedding(scaled);
}

Tensor ConditioningEmbedder::forward(const std::vector<float>& timesteps,
                                     const std::vector<float>& guidance, const Tensor& pooled,
                                     const char* name, Recorder& recorder) const {
  const Tensor time = thousandfold(timesteps);
  Tensor conditioning = time_.forward(time.to(type_));
  if (guidance_) {
    add_residual(conditioning, guidance_->forward(thousandfold(guidance).to(type_)));
  }
  add_residual(conditioning, repeat(pooled_.forward(pooled), conditioning.size(0)));
  if (recorder.layers()) {
    recorder.keep(std::string(name) + ".time_embedding", time);
    recorder.keep(std::string(name) + ".conditioning", conditioning);
  }
  return conditioning;
}

}  // namespace reflectionflow
