// The description of a model: every key once, every number a number, in every locale.
#include "engine_config.h"

#include <clocale>

#include "common/check.h"
#include "error.h"

namespace reflectionflow {
namespace {

const std::string kDescription = R"(clip.width=32
clip.heads=2
clip.blocks=2
clip.mlp_width=64
clip.vocabulary=100
clip.max_tokens=77
clip.quick_gelu=1
clip.eos_token_id=2
clip.norm_epsilon=1.0E-5
t5.width=32
t5.heads=2
t5.head_size=16
t5.mlp_width=64
t5.blocks=2
t5.vocabulary=100
t5.buckets=32
t5.max_distance=128
t5.norm_epsilon=1.0E-6
transformer.double_blocks=1
transformer.single_blocks=0
transformer.heads=2
transformer.head_size=16
transformer.channels=64
transformer.text_width=32
transformer.pooled_width=32
transformer.guidance=0
transformer.rope_axes=4,6,6
vae.channels=8,8,8,16
vae.latent_channels=16
vae.groups=4
vae.resnets=1
vae.scaling_factor=0.3611
vae.shift_factor=-0.1159
type=bfloat16
threads=2
)";

std::string with(const std::string& old_line, const std::string& new_line) {
  std::string description = kDescription;
  return description.replace(description.find(old_line + "\n"), old_line.size(), new_line);
}

void check_error(const std::string& description, const std::string& text) {
  CHECK_THROWS(Error, EngineConfig{description}, "INVALID_ARGUMENT: " + text);
}

TEST(computes_on_the_cpu_unless_told_otherwise) {
  const EngineConfig config(kDescription);
  CHECK(config.device == Device{});
  CHECK(config.transformer.attention == AttentionWish::kAutomatic);
  const EngineConfig other(kDescription + "device=cuda:1\nattention=ours\n");
  CHECK((other.device == Device{Device::Type::kCuda, 1}));
  CHECK(other.transformer.attention == AttentionWish::kOurs);
}

TEST(knows_what_may_be_approximate_or_leave_the_card) {
  const EngineConfig plain(kDescription);
  CHECK(plain.transformer.precision == Precision::kExact && plain.transformer.cache_threshold == 0);
  CHECK(!plain.offload_text && !plain.offload_vae && !plain.offload_modulation);
  const EngineConfig config(kDescription +
                            "device=cuda\nperformance=fp8\noffload=vae,text\n"
                            "cache_threshold=0.08\n");
  CHECK(config.transformer.precision == Precision::kFloat8);
  CHECK(config.transformer.cache_threshold == 0.08f);
  CHECK(config.leaves(config.offload_text) && config.leaves(config.offload_vae));
  CHECK(!config.offload_modulation);
  const EngineConfig on_cpu(kDescription + "offload=modulation\n");
  CHECK(on_cpu.offload_modulation && !on_cpu.leaves(on_cpu.offload_modulation));
  CHECK(EngineConfig(kDescription + "performance=fp8\n").transformer.precision ==
        Precision::kFloat8);
  CHECK(EngineConfig(kDescription + "performance=int8\n").transformer.precision ==
        Precision::kInt8);
  check_error(with("type=bfloat16", "type=float32") + "performance=int8\n",
              "performance=int8 computes in bfloat16, not in float32");
  check_error(kDescription + "cache_threshold=-0.5\n",
              "the model's description has cache_threshold=-0.500000, which is below 0");
  check_error(kDescription + "performance=fast\n",
              "no performance is called fast: exact, fp8 or int8");
  check_error(kDescription + "offload=text,all\n",
              "nothing called all can leave the card: text, vae, modulation");
}

TEST(reads_every_number) {
  const EngineConfig config(kDescription);
  CHECK(config.clip.quick_gelu && config.clip.norm_epsilon == 1e-5);
  CHECK(config.transformer.single_blocks == 0 && !config.transformer.guidance);
  CHECK((config.transformer.rope_axes == std::array<int64_t, 3>{4, 6, 6}));
  CHECK(config.vae.channels.size() == 4 && config.vae.scaling_factor == 0.3611 &&
        config.vae.shift_factor == -0.1159);
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
