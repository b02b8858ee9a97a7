// Prepares a run once, then only computes.
#include "pipeline/denoise.h"

#include "error.h"
#include "euler_step/euler_step.h"
#include "latent_packing/latent_packing.h"
#include "models/kernel_views.h"
#include "models/residual.h"
#include "pipeline/finite.h"
#include "torch/ops.h"

namespace reflectionflow {
namespace {

// latents += (sigma step) * velocity.
void euler_step(Tensor& latents, const Tensor& velocity, const Tensor& step_size) {
  kernels::EulerStep op;
  op.dtype = kernel_dtype(latents.type());
  op.batch = step_size.count();
  op.elements = latents.count() / op.batch;
  op.latents = latents.data();
  op.velocity = velocity.data();
  op.sigma_step = step_size.as<float>();
  kernels::euler_step(op, stream_for(latents));
}

Tensor filled_rows(const std::vector<float>& values, int64_t width, ScalarType type) {
  Tensor rows = Tensor::empty({static_cast<int64_t>(values.size()), width}, ScalarType::kFloat32);
  for (int64_t i = 0; i < rows.count(); ++i) {
    rows.as<float>()[i] = values[static_cast<size_t>(i / width)];
  }
  return rows.to(type);
}

ConditionInput condition_input(const DenoiseSettings& settings, ImageConditioning images) {
  ConditionInput input;
  input.tokens = std::move(images.tokens);
  input.positions =
      grid_positions(images.grid_rows, images.grid_columns, settings.condition_column_shift);
  input.scale = settings.condition_scale;
  input.timestep = settings.condition_timestep;
  input.union_attention = settings.union_attention;
  input.add_attention = settings.add_attention;
  return input;
}

// Without noise levels, guidance and condition.
FluxInputs inputs_of(const DenoiseSettings& settings, TextConditioning text) {
  FluxInputs inputs;
  inputs.batch = settings.batch;
  inputs.steps = settings.steps;
  inputs.grid_rows = settings.latent_rows / 2;
  inputs.grid_columns = settings.latent_columns / 2;
  inputs.adapters_on_latents = settings.adapters_on_latents;
  inputs.prompt_embeds = std::move(text.prompt_embeds);
  inputs.pooled = std::move(text.pooled_projections);
  return inputs;
}

// The timesteps as the network is given them: the scheduler's takes the latents' type before the
// pipeline divides it again.
std::vector<float> timesteps_of(const std::vector<float>& sigmas, int64_t count, ScalarType type) {
  std::vector<float> timesteps;
  for (int64_t i = 0; i < count; ++i) {
    const float timestep = round_to(type, sigmas[static_cast<size_t>(i)] * 1000.0f);
    timesteps.push_back(round_to(type, timestep / 1000.0f));
  }
  return timesteps;
}

PreparedPrompts::Key key_of(const FluxInputs& inputs,
                            const std::vector<const TextConditioning*>& texts) {
  PreparedPrompts::Key key{{}, inputs.timesteps, inputs.guidance, inputs.adapters_on_latents};
  for (const TextConditioning* text : texts) key.texts.push_back(text->id);
  if (inputs.condition) {
    key.conditioned = true;
    key.condition_timestep = inputs.condition->timestep;
  }
  return key;
}

FluxConstants prepare(const FluxTransformer& transformer, const FluxInputs& inputs,
                      const PreparedPrompts::Key& key, PreparedPrompts& prepared,
                      Recorder& recorder) {
  const auto make = [&] { return transformer.prepare_prompt(inputs, recorder); };
  // Records are of what is made.
  return transformer.prepare(inputs, recorder.layers() ? make() : prepared.get(key, make),
                             recorder);
}

}  // namespace

Denoise::Denoise(const FluxTransformer& transformer, const DeviceSession& session,
                 const DenoiseSettings& settings, const std::vector<const TextConditioning*>& texts,
                 const std::vector<const ImageConditioning*>& images, const float* noise,
                 const float* sigmas, const float* guidance, PreparedPrompts& prepared,
                 Recorder& recorder)
    : transformer_(transformer),
      session_(session),
      settings_(settings),
      recorder_(recorder),
      sigmas_(sigmas, sigmas + (settings.steps + 1) * settings.batch),
      graph_(session.runtime(), session.stream()),
      pace_(session.runtime(), session.stream()) {
  const ScalarType type = transformer.type();
  const Device& device = transformer.device();
  FluxInputs inputs = inputs_of(settings, stack(texts));
  inputs.guidance.assign(guidance, guidance + settings.batch);
  inputs.timesteps = timesteps_of(sigmas_, settings.steps * settings.batch, type);
  ConditionInput condition;
  if (!images.empty()) {
    condition = condition_input(settings, stack(images));
    inputs.condition = &condition;
  }

  transformer.check(inputs);

  const PreparedPrompts::Key key = key_of(inputs, texts);
  PreparedPrompts::Key unguided = key;
  const bool guided = settings.image_guidance != 1 && inputs.condition;
  if (guided) unguided.guidance.assign(static_cast<size_t>(settings.batch), 1.0f);
  prepared.keep_only(key, unguided);
  constants_ = prepare(transformer, inputs, key, prepared, recorder);
  if (guided) {
    inputs.guidance = unguided.guidance;
    Recorder silent;
    unguided_ =
        std::make_unique<FluxConstants>(prepare(transformer, inputs, unguided, prepared, silent));
    guidance_gates_ =
        filled_rows({-1.0f, settings.image_guidance}, transformer.config().channels, type)
            .on(device);
  }
  workspace_ = std::make_unique<FluxWorkspace>(transformer.config(), inputs.counts(), type, device);
  prepare_step_sizes();
  pack_noise(noise);
  velocity_ = Tensor::empty(latents_.sizes(), type, device);
  if (unguided_) {
    unguided_velocity_ = Tensor::empty(latents_.sizes(), type, device);
    workspace_->cache.reset();  // which cannot serve two velocities a step
  }
}

void Denoise::prepare_step_sizes() {
  const int64_t steps = settings_.steps, batch = settings_.batch;
  Tensor sizes = Tensor::empty({steps, batch}, ScalarType::kFloat32);
  for (int64_t i = 0; i < steps * batch; ++i) {
    sizes.as<float>()[i] = sigma(i / batch + 1, i % batch) - sigma(i / batch, i % batch);
  }
  sizes = sizes.on(transformer_.device());
  for (int64_t i = 0; i < steps; ++i) {
    each_step_size_.push_back(sizes.view({batch}, {1}, i * batch));
  }
  step_size_ = Tensor::empty({batch}, ScalarType::kFloat32, transformer_.device());
}

void Denoise::pack_noise(const float* noise) {
  const ScalarType type = transformer_.type();
  const int64_t channels = transformer_.config().channels / 4;
  const Shape sizes{settings_.batch, channels, settings_.latent_rows, settings_.latent_columns};
  const Tensor unpacked = Tensor::from_blob(const_cast<float*>(noise), sizes, ScalarType::kFloat32)
                              .on(transformer_.device())
                              .to(type);
  latents_ =
      Tensor::empty({unpacked.count() / (4 * channels), 4 * channels}, type, unpacked.device());
  kernels::LatentPacking op;
  op.dtype = kernel_dtype(type);
  op.batch = settings_.batch;
  op.channels = channels;
  op.height = settings_.latent_rows;
  op.width = settings_.latent_columns;
  op.in = unpacked.data();
  op.out = latents_.data();
  kernels::pack_latents(op, stream_for(latents_));
  if (recorder_.stages()) {
    recorder_.keep("latents", latents_.view({settings_.batch, latents_.size(0) / settings_.batch,
                                             latents_.size(1)}));
  }
}

bool Denoise::step() {
  if (done()) throw Error(ErrorCode::kInternal, "a run was stepped beyond its end");
  select_step();
  const auto compute = [this] { compute_step(); };
  // Records and image guidance need other memory at each step, the cache asks the host.
  if (recorder_.stages() || unguided_ || workspace_->cache) {
    graph_.run_plain(compute);
  } else {
    graph_.run(compute, session_.turn(), settings_.steps - index_);
  }
  pace_.step_was_given();
  ++index_;
  if (done()) {
    require_finite(latents_, "the latents after " + std::to_string(index_) + " steps are");
  }
  return !done();
}

void Denoise::select_step() {
  constants_.select_step(index_);
  if (unguided_) unguided_->select_step(index_);
  ops::copy(step_size_, each_step_size_[static_cast<size_t>(index_)]);
}

void Denoise::compute_step() {
  transformer_.forward(constants_, latents_, *workspace_, velocity_, recorder_);
  if (unguided_) guide_by_condition();
  keep(".velocity", velocity_);
  euler_step(latents_, velocity_, step_size_);
  keep(".latents", latents_);
}

// velocity = unguided + image_guidance * (velocity - unguided), as the released code has it.
void Denoise::guide_by_condition() {
  Recorder silent;
  transformer_.forward(*unguided_, latents_, *workspace_, unguided_velocity_, silent);
  add_weighted(velocity_, guidance_gates_.data(), unguided_velocity_);
  const char* weight =
      guidance_gates_.as<char>() + guidance_gates_.size(1) * size_of(guidance_gates_.type());
  add_weighted(unguided_velocity_, weight, velocity_);
  std::swap(velocity_, unguided_velocity_);
}

std::string Denoise::describe() const {
  const AttentionChoice& attention = constants_.attention;
  std::string text = std::string("attention=") + (attention.ours ? "ours" : "libtorch") + ": " +
                     attention.reason + "\ngraph_launches=" + std::to_string(graph_.launches());
  if (!graph_.failure().empty()) text += "\ngraph_failure=" + graph_.failure();
  if (workspace_->cache) {
    text += "\nskipped_steps=" + std::to_string(workspace_->cache->skipped());
  }
  return text;
}

Tensor Denoise::estimate() const {
  Tensor estimate = latents_.contiguous();
  if (index_ == 0 || done()) return estimate;
  Tensor to_zero = Tensor::empty(step_size_.sizes(), ScalarType::kFloat32);
  for (int64_t b = 0; b < settings_.batch; ++b) to_zero.as<float>()[b] = -sigma(index_, b);
  euler_step(estimate, velocity_, to_zero.on(estimate.device()));
  return estimate;
}

void Denoise::keep(const char* what, const Tensor& tensor) {
  if (!recorder_.stages()) return;
  recorder_.keep("step." + std::to_string(index_) + what,
                 tensor.view({settings_.batch, tensor.size(0) / settings_.batch, tensor.size(1)}));
}

}  // namespace reflectionflow
