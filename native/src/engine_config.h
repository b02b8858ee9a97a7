// The description of a model that crosses the Java boundary as lines of "key=value".
#pragma once

#include <string>

#include "models/autoencoder_kl.h"
#include "models/clip_text_encoder.h"
#include "models/flux_config.h"
#include "models/t5_encoder.h"

namespace reflectionflow {

struct EngineConfig {
  // Throws INVALID_ARGUMENT naming a key that is missing, unknown, no number or out of range. The
  // keys "device", "attention", "performance", "offload" and "cache_threshold" may be missing.
  explicit EngineConfig(const std::string& description);

  ClipConfig clip;
  T5Config t5;
  FluxConfig transformer;
  AutoencoderConfig vae;
  ScalarType type = ScalarType::kFloat32;  // of all computing
  int threads = 1;
  Device device;  // key "device", cpu where it is missing
  // Key "offload": text, vae and modulation, separated by commas, are on the card only while they
  // are used.
  bool offload_text = false;
  bool offload_vae = false;
  bool offload_modulation = false;
  bool leaves(bool offload) const { return offload && device.on_cuda(); }
};

}  // namespace reflectionflow
