// Every key must be there and must be known: Java writes them all.
#include "engine_config.h"

#include <map>
#include <sstream>
#include <vector>

#include "error.h"

namespace reflectionflow {
namespace {

class Lines {
 public:
  explicit Lines(const std::string& description) {
    std::istringstream lines(description);
    for (std::string line; std::getline(lines, line);) {
      const size_t equals = line.find('=');
      if (equals == std::string::npos) invalid_argument("the model's description has no value in \"" + line + "\"");
      values_[line.substr(0, equals)] = line.substr(equals + 1);
    }
  }

  std::string text(const std::string& key) {
    auto found = values_.find(key);
    if (found == values_.end()) invalid_argument("the model's description lacks " + key);
    std::string value = std::move(found->second);
    values_.erase(found);
    return value;
  }

  double number(const std::string& key) {
    const std::string value = text(key);
    size_t read = 0;
    try {
      const double number = std::stod(value, &read);
      if (read == value.size()) return number;
    } catch (const std::exception&) {
    }
    invalid_argument("the model's description has " + key + "=" + value + ", which is no number");
  }

  int64_t integer(const std::string& key) { return static_cast<int64_t>(number(key)); }
  bool boolean(const std::string& key) { return integer(key) != 0; }

  std::vector<int64_t> integers(const std::string& key) {
    std::vector<int64_t> list;
    std::istringstream parts(text(key));
    for (std::string part; std::getline(parts, part, ',');) list.push_back(std::stoll(part));
    return list;
  }

  void expect_empty() const {
    if (!values_.empty()) {
      invalid_argument("the model's description has the unknown key " + values_.begin()->first);
    }
  }

 private:
  std::map<std::string, std::string> values_;
};

ClipConfig clip_config(Lines& lines) {
  ClipConfig clip;
  clip.width = lines.integer("clip.width");
  clip.heads = lines.integer("clip.heads");
  clip.blocks = lines.integer("clip.blocks");
  clip.mlp_width = lines.integer("clip.mlp_width");
  clip.vocabulary = lines.integer("clip.vocabulary");
  clip.max_tokens = lines.integer("clip.max_tokens");
  clip.quick_gelu = lines.boolean("clip.quick_gelu");
  clip.eos_token_id = lines.integer("clip.eos_token_id");
  clip.norm_epsilon = lines.number("clip.norm_epsilon");
  return clip;
}

T5Config t5_config(Lines& lines) {
  T5Config t5;
  t5.width = lines.integer("t5.width");
  t5.heads = lines.integer("t5.heads");
  t5.head_size = lines.integer("t5.head_size");
  t5.mlp_width = lines.integer("t5.mlp_width");
  t5.blocks = lines.integer("t5.blocks");
  t5.vocabulary = lines.integer("t5.vocabulary");
  t5.buckets = lines.integer("t5.buckets");
  t5.max_distance = lines.integer("t5.max_distance");
  t5.norm_epsilon = lines.number("t5.norm_epsilon");
  return t5;
}

FluxConfig flux_config(Lines& lines) {
  FluxConfig flux;
  flux.double_blocks = lines.integer("transformer.double_blocks");
  flux.single_blocks = lines.integer("transformer.single_blocks");
  flux.heads = lines.integer("transformer.heads");
  flux.head_size = lines.integer("transformer.head_size");
  flux.channels = lines.integer("transformer.channels");
  flux.text_width = lines.integer("transformer.text_width");
  flux.pooled_width = lines.integer("transformer.pooled_width");
  flux.guidance = lines.boolean("transformer.guidance");
  const std::vector<int64_t> axes = lines.integers("transformer.rope_axes");
  if (axes.size() != 3) invalid_argument("transformer.rope_axes has not three entries");
  for (size_t i = 0; i < 3; ++i) flux.rope_axes[i] = axes[i];
  return flux;
}

AutoencoderConfig autoencoder_config(Lines& lines) {
  AutoencoderConfig vae;
  vae.channels = lines.integers("vae.channels");
  vae.latent_channels = lines.integer("vae.latent_channels");
  vae.groups = lines.integer("vae.groups");
  vae.resnets = lines.integer("vae.resnets");
  vae.scaling_factor = lines.number("vae.scaling_factor");
  vae.shift_factor = lines.number("vae.shift_factor");
  return vae;
}

ScalarType computing_type(const std::string& name) {
  for (ScalarType type : {ScalarType::kFloat32, ScalarType::kBFloat16}) {
    if (name == name_of(type)) return type;
  }
  invalid_argument("the engine computes in float32 or bfloat16, not in " + name);
}

}  // namespace

EngineConfig::EngineConfig(const std::string& description) {
  Lines lines(description);
  clip = clip_config(lines);
  t5 = t5_config(lines);
  transformer = flux_config(lines);
  vae = autoencoder_config(lines);
  type = computing_type(lines.text("type"));
  threads = static_cast<int>(lines.integer("threads"));
  lines.expect_empty();
}

}  // namespace reflectionflow
