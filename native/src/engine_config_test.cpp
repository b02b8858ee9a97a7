// The description of a model: every key once, every number a number, in every locale.
#include "engine_config.h"

#include <clocale>

#include "common/check.h"
#include "error.h"

namespace reflectionflow {
namespace {

const std::string kDescription =
    "clip.width=32\nclip.heads=2\nclip.blocks=2\nclip.mlp_width=64\nclip.vocabulary=100\nclip.max_tokens=77\n"
    "clip.quick_gelu=1\nclip.eos_token_id=2\nclip.norm_epsilon=1.0E-5\n"
    "t5.width=32\nt5.heads=2\nt5.head_size=16\nt5.mlp_width=64\nt5.blocks=2\nt5.vocabulary=100\nt5.buckets=32\n"
    "t5.max_distance=128\nt5.norm_epsilon=1.0E-6\n"
    "transformer.double_blocks=1\ntransformer.single_blocks=0\ntransformer.heads=2\ntransformer.head_size=16\n"
    "transformer.channels=64\ntransformer.text_width=32\ntransformer.pooled_width=32\ntransformer.guidance=0\n"
    "transformer.rope_axes=4,6,6\n"
    "vae.channels=8,8,8,16\nvae.latent_channels=16\nvae.groups=4\nvae.resnets=1\nvae.scaling_factor=0.3611\n"
    "vae.shift_factor=-0.1159\ntype=bfloat16\nthreads=2\n";

std::string with(const std::string& old_line, const std::string& new_line) {
  std::string description = kDescription;
  return description.replace(description.find(old_line + "\n"), old_line.size(), new_line);
}

void check_error(const std::string& description, const std::string& text) {
  CHECK_THROWS(Error, EngineConfig{description}, "INVALID_ARGUMENT: " + text);
}

TEST(reads_every_number) {
  const EngineConfig config(kDescription);
  CHECK(config.clip.quick_gelu && config.clip.norm_epsilon == 1e-5);
  CHECK(config.transformer.single_blocks == 0 && !config.transformer.guidance);
  CHECK((config.transformer.rope_axes == std::array<int64_t, 3>{4, 6, 6}));
  CHECK(config.vae.channels.size() == 4 && config.vae.scaling_factor == 0.3611 && config.vae.shift_factor == -0.1159);
  CHECK(config.type == ScalarType::kBFloat16 && config.threads == 2);
}

// Where German is not installed nothing is tested, but nothing is wrong either.
TEST(reads_points_where_the_locale_has_commas) {
  std::setlocale(LC_ALL, "de_DE.UTF-8");
  CHECK(EngineConfig(kDescription).vae.scaling_factor == 0.3611);
  std::setlocale(LC_ALL, "C");
}

TEST(names_the_key_that_it_cannot_use) {
  check_error(with("t5.heads=2", "t5.heads=0"),
              "the model's description has t5.heads=0, which is not from 1 to 16777216");
  check_error(with("clip.blocks=2", "clip.blocks=-1"),
              "the model's description has clip.blocks=-1, which is not from 0 to 16777216");
  check_error(with("clip.width=32", "clip.width=99999999999999999999"),
              "the model's description has clip.width=99999999999999999999, which is no number");
  check_error(with("clip.width=32", "clip.width=32.5"),
              "the model's description has clip.width=32.5, which is no number");
  check_error(with("vae.shift_factor=-0.1159", "vae.shift_factor=nan"),
              "the model's description has vae.shift_factor=nan, which is not finite");
  check_error(with("transformer.rope_axes=4,6,6", "transformer.rope_axes=4,x,6"),
              "the model's description has transformer.rope_axes=x, which is no number");
  check_error(with("threads=2", "threads=0"),
              "the model's description has threads=0, which is not from 1 to 1024");
  check_error(with("type=bfloat16", "type=float16"),
              "the engine computes in float32 or bfloat16, not in float16");
  check_error(with("vae.latent_channels=16", "vae.latent_channels=8"),
              "the transformer's 64 channels are not 2x2 patches of the autoencoder's 8");
  check_error(kDescription + "depth=3\n", "the model's description has the unknown key depth");
  check_error("type\n", "the model's description has no value in \"type\"");
  check_error("", "the model's description lacks clip.width");
}

}  // namespace
}  // namespace reflectionflow
