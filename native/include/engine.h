// All that Java sees of the native engine: one class, handles as numbers, errors as exceptions
// (error.h).
//
// One thread at a time may use an Engine, and it should always be the same one: OpenMP keeps a pool
// for each. On a card, where steps may be graphs, two engines may take turns but not compute at the
// same moment. A card's engine may follow one of the CPU's in a process; after LibTorch's own
// convolutions or gradients on the CPU it is refused, unless a card's came before them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace reflectionflow {

// The numbers of one run; what is as long as the batch or the steps is passed beside it.
struct RunSettings {
  int32_t batch = 1;
  int32_t width = 1024;   // pixels, a multiple of 16
  int32_t height = 1024;  // pixels, a multiple of 16
  int32_t steps = 28;
  bool adapters_on_latents = true;  // LoRAs on text and image rows; false: on condition rows alone
  float condition_scale = 1;        // log of it is added to the logits between condition and rest
  float condition_timestep = 0;     // noise level of the condition, [0, 1]
  // Added to the condition tokens' columns; usually minus their number in a row.
  int32_t condition_column_shift = 0;
  bool union_attention = true;  // condition and rest see each other
  bool add_attention = false;   // the condition's attention output is added to the image rows
  float image_guidance = 1;     // weight of the velocity against the one with guidance 1
};

class Engine {
 public:
  // description: lines of "key=value" (see engine_config.h): the networks' sizes, "type" float32 or
  // bfloat16, "threads"; where they are not as they should be, "device" (cpu, cuda, cuda:N),
  // "performance" (exact, fp8, int8), "attention" (auto, ours, libtorch), "offload"
  // (text,vae,modulation) and "cache_threshold" (0 for none). fp8, int8 and the cache are
  // approximate.
  explicit Engine(const std::string& description);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Loading: files are mapped, weights are places in them, in use until the engine is deleted.
  int64_t map_file(const std::string& path);
  // type: "float32", "bfloat16" or "float16".
  void add_weight(const std::string& name, const std::string& type, const int64_t* sizes,
                  int32_t rank, int64_t file, int64_t offset);
  // A weight of the computing type that lies in no file: even around mean with this standard
  // deviation, always the same for the same name.
  void add_random_weight(const std::string& name, const int64_t* sizes, int32_t rank, float mean,
                         float deviation);
  // A LoRA of a linear layer whose two matrices (rank, in) and (out, rank) were added as weights
  // before.
  void add_adapter(const std::string& layer, const std::string& a, const std::string& b,
                   double scale);
  // Builds the networks; an error names what is missing, of another size or of no use.
  void load();

  // A prompt's conditioning; ids as the tokenizers gave them, padding included.
  int64_t encode_text(const int64_t* clip_ids, int32_t clip_tokens, const int64_t* t5_ids,
                      int32_t t5_tokens);
  // Conditioning made elsewhere: prompt_embeds (tokens, W) and pooled_projections (P).
  int64_t put_text(const float* prompt_embeds, int32_t tokens, const float* pooled_projections);
  // A condition image's tokens; image (height, width, 3) in [-1, 1]. noise (latent channels, h/8,
  // w/8) draws a sample from the posterior, null takes its mean.
  int64_t encode_image(const float* image, int32_t width, int32_t height, const float* noise);

  // A run. texts and conditions (batch handles each; conditions may be null), noise (batch,
  // channels, h/8, w/8), sigmas (steps + 1, batch), guidance (batch).
  int64_t begin(const RunSettings& settings, const int64_t* texts, const int64_t* conditions,
                const float* noise, const float* sigmas, const float* guidance);
  // One denoising step; false when none is left after it. A card may still be at it, but not at the
  // one before, nor at the last one.
  bool step(int64_t run);
  // The estimate of the final images so far, (batch, height, width, 3).
  void preview(int64_t run, uint8_t* rgb);
  void decode(int64_t run, uint8_t* rgb);  // the images, (batch, height, width, 3)
  // Latents of the autoencoder's own scale, (channels, height / 8, width / 8), to one image.
  void decode_latents(const float* latents, int32_t width, int32_t height, uint8_t* rgb);
  // How a run was computed so far, as lines of "key=value": attention and why, graph_launches
  // (steps that a card took as a whole), graph_failure (why it did not), skipped_steps (by the
  // cache).
  std::string describe_run(int64_t run);
  // Gives back a text, a condition or a run.
  void release(int64_t handle);

  // Time spent in this engine's computing so far: what calls cost beyond it is the caller's.
  int64_t compute_nanos();

  // Records tensors from here on: 0 nothing, 1 what goes in and out of the stages, 2 every block's
  // output too.
  void record(int32_t level);
  int32_t recorded();                        // tensors kept since record()
  std::string recorded_name(int32_t index);  // such as step.0.velocity
  std::string recorded_type(int32_t index);  // such as bfloat16
  int32_t recorded_rank(int32_t index);
  int64_t recorded_size(int32_t index, int32_t dimension);
  void read_recorded(int32_t index, uint8_t* bytes);  // contiguous, in its own type

  // Lines of "key=value": LibTorch's version, processors, how threads wait, whether there are
  // kernels for cards in this build (cuda_kernels), LibTorch's CUDA library (cuda_library), the
  // number of cards (cuda_cards) and one line for each (cuda.0). What is missing is "none: why".
  static std::string about();
  static int64_t handles_created();  // tensor handles made so far in this process
  static int64_t handles_alive();    // tensor handles not yet given back

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace reflectionflow
