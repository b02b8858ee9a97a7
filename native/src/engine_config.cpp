// Every key must be known, and those that describe the model must be there.
#include "engine_config.h"

#include <charconv>
#include <cmath>
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
      if (equals == std::string::npos)
        invalid_argument("the model's description has no value in \"" + line + "\"");
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

  std::string text_or(const std::string& key, const char* otherwise) {
    return values_.count(key) ? text(key) : otherwise;
  }
  double positive_or_zero(const std::string& key) {
    const double value = values_.count(key) ? number(key) : 0;
    if (value < 0) refuse(key, std::to_string(value), "below 0");
    return value;
  }

  double number(const std::string& key) {
    const double value = parsed<double>(key, text(key));
    if (!std::isfinite(value)) refuse(key, std::to_string(value), "not finite");
    return value;
  }
  int64_t integer(const std::string& key) { return parsed<int64_t>(key, text(key)); }
  // Sizes must be usable as divisors, and small enough for the product of two to be counted in
  // bytes.
  int64_t size(const std::string& key) { return in_range(key, integer(key), 1); }
  int64_t count(const std::string& key) { return in_range(key, integer(key), 0); }
  int threads() {
    return static_cast<int>(in_range("threads", integer("threads"), 1, kMostThreads));
  }
  bool boolean(const std::string& key) { return integer(key) != 0; }

  std::vector<int64_t> sizes(const std::string& key) {
    std::vector<int64_t> list;
    std::istringstream parts(text(key));
    for (std::string part; std::getline(parts, part, ',');) {
      list.push_back(in_range(key, parsed<int64_t>(key, part), 1));
    }
    return list;
  }

  void expect_empty() const {
    if (!values_.empty()) {
      invalid_argument("the model's description has the unknown key " + values_.begin()->first);
    }
  }

 private:
  static constexpr int64_t kMost = 1 << 24;
  // OpenMP ends the process where it cannot start a thread.
  static constexpr int64_t kMostThreads = 1024;

  [[noreturn]] static void refuse(const std::string& key, const std::string& value,
                                  const std::string& why) {
    invalid_argument("the model's description has " + key + "=" + value + ", which is " + why);
  }

  // Not std::stod, which reads 0.5 as 0 where the user's locale writes 0,5: the JVM sets the
  // locale.
  template <typename Number>
  static Number parsed(const std::string& key, const std::string& value) {
    Number number{};
    const char* const end = value.data() + value.size();
    const std::from_chars_result result = std::from_chars(value.data(), end, number);
    if (result.ec != std::errc() || result.ptr != end) refuse(key, value, "no number");
    return number;
  }

  static int64_t in_range(const std::string& key, int64_t value, int64_t least,
                          int64_t most = kMost) {
    if (value < least || value > most) {
      refuse(key, std::to_string(value),
             "not from " + std::to_string(least) + " to " + std::to_string(most));
    }
    return value;
  }

  std::map<std::string, std::string> values_;
};

ClipConfig clip_config(Lines& lines) {
  ClipConfig clip;
  clip.width = lines.size("clip.width");
  clip.heads = lines.size("clip.heads");
  clip.blocks = lines.count("clip.blocks");
  clip.mlp_width = lines.size("clip.mlp_width");
  clip.vocabulary = lines.size("clip.vocabulary");
  clip.max_tokens = lines.size("clip.max_tokens");
  clip.quick_gelu = lines.boolean("clip.quick_gelu");
  clip.eos_token_id = lines.integer("clip.eos_token_id");
  clip.norm_epsilon = lines.number("clip.norm_epsilon");
  return clip;
}

T5Config t5_config(Lines& lines) {
  T5Config t5;
  t5.width = lines.size("t5.width");
  t5.heads = lines.size("t5.heads");
  t5.head_size = lines.size("t5.head_size");
  t5.mlp_width = lines.size("t5.mlp_width");
  t5.blocks = lines.count("t5.blocks");
  t5.vocabulary = lines.size("t5.vocabulary");
  t5.buckets = lines.size("t5.buckets");
  t5.max_distance = lines.size("t5.max_distance");
  t5.norm_epsilon = lines.number("t5.norm_epsilon");
  return t5;
}

FluxConfig flux_config(Lines& lines) {
  FluxConfig flux;
  flux.double_blocks = lines.count("transformer.double_blocks");
  flux.single_blocks = lines.count("transformer.single_blocks");
  flux.heads = lines.size("transformer.heads");
  flux.head_size = lines.size("transformer.head_size");
  flux.channels = lines.size("transformer.channels");
  flux.text_width = lines.size("transformer.text_width");
  flux.pooled_width = lines.size("transformer.pooled_width");
  flux.guidance = lines.boolean("transformer.guidance");
  const std::vector<int64_t> axes = lines.sizes("transformer.rope_axes");
  if (axes.size() != 3) invalid_argument("transformer.rope_axes has not three entries");
  for (size_t i = 0; i < 3; ++i) flux.rope_axes[i] = axes[i];
  return flux;
}

AutoencoderConfig autoencoder_config(Lines& lines) {
  AutoencoderConfig vae;
  vae.channels = lines.sizes("vae.channels");
  vae.latent_channels = lines.size("vae.latent_channels");
  vae.groups = lines.size("vae.groups");
  vae.resnets = lines.size("vae.resnets");
  vae.scaling_factor = lines.number("vae.scaling_factor");
  vae.shift_factor = lines.number("vae.shift_factor");
  return vae;
}

Precision precision_of(const std::string& name) {
  if (name == "exact") return Precision::kExact;
  if (name == "fp8") return Precision::kFloat8;
  if (name == "int8") return Precision::kInt8;
  invalid_argument("no performance is called " + name + ": exact, fp8 or int8");
}

void read_offload(const std::string& names, EngineConfig& config) {
  std::istringstream parts(names);
  for (std::string part; std::getline(parts, part, ',');) {
    if (part == "text") {
      config.offload_text = true;
    } else if (part == "vae") {
      config.offload_vae = true;
    } else if (part == "modulation") {
      config.offload_modulation = true;
    } else {
      invalid_argument("nothing called " + part + " can leave the card: text, vae, modulation");
    }
  }
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
  threads = lines.threads();
  device = parse_device(lines.text_or("device", "cpu"));
  transformer.joined_products = device.on_cuda();  // where weights are copied anyway
  transformer.attention = parse_attention(lines.text_or("attention", "auto"));
  const std::string performance = lines.text_or("performance", "exact");
  transformer.precision = precision_of(performance);
  transformer.cache_threshold = static_cast<float>(lines.positive_or_zero("cache_threshold"));
  read_offload(lines.text_or("offload", ""), *this);
  lines.expect_empty();
  if (transformer.channels != 4 * vae.latent_channels) {
    invalid_argument("the transformer's " + std::to_string(transformer.channels) +
                     " channels are not 2x2 patches of the autoencoder's " +
                     std::to_string(vae.latent_channels));
  }
  if (transformer.precision != Precision::kExact && type != ScalarType::kBFloat16) {
    invalid_argument("performance=" + performance + " computes in bfloat16, not in " +
                     name_of(type));
  }
}

}  // namespace reflectionflow
