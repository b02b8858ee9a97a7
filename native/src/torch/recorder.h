// Copies of named tensors on request: the door for comparing a run with another implementation.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "torch/tensor.h"

namespace reflectionflow {

enum class Recording { kOff, kStages, kLayers };

class Recorder {
 public:
  void start(Recording level) {
    level_ = level;
    tensors_.clear();
  }

  // Inputs and outputs of the stages: embeddings, latents and velocity of each step, the decoded
  // image.
  bool stages() const { return level_ != Recording::kOff; }
  // What lies between, block by block.
  bool layers() const { return level_ == Recording::kLayers; }

  // Keeps a contiguous copy on the host; callers ask stages() or layers() before they form a name.
  void keep(const std::string& name, const Tensor& tensor) {
    tensors_.emplace_back(name, tensor.contiguous().on({}));
  }

  const std::vector<std::pair<std::string, Tensor>>& tensors() const { return tensors_; }

 private:
  Recording level_ = Recording::kOff;
  std::vector<std::pair<std::string, Tensor>> tensors_;
};

}  // namespace reflectionflow
