// Whatever is missing is named before anything is computed.
#include "torch/device_session.h"

#include <unistd.h>

#include <atomic>

#include "error.h"

namespace reflectionflow {
namespace {

[[noreturn]] void refuse(const Device& device, const std::string& why) {
  throw Error(ErrorCode::kDevice, device.to_string() + " cannot be used: " + why);
}

std::string mebibytes(int64_t bytes) { return std::to_string(bytes >> 20); }

// LibTorch's CUDA library, without loading half a gigabyte where it is not there.
std::string about_library() {
  const std::string library = cuda_library();
  if (access(library.c_str(), R_OK) != 0) return "none beside libtorch_cpu.so";
  cuda_functions();
  return library;
}

// Leaves the calling thread on the card that it was on.
class CardKeeper {
 public:
  explicit CardKeeper(CudaRuntime& runtime) : runtime_(runtime), card_(runtime.current_card()) {}
  ~CardKeeper() {
    try {
      runtime_.use_card(card_);
    } catch (const Error&) {  // a card that fails is told of when something is computed there
    }
  }
  CardKeeper(const CardKeeper&) = delete;
  CardKeeper& operator=(const CardKeeper&) = delete;

 private:
  CudaRuntime& runtime_;
  const int card_;
};

std::string about_cards() {
  CudaRuntime& runtime = linked_cuda_runtime();
  std::string cards;
  const int count = runtime.card_count();
  if (count == 0) return "0";
  const CardKeeper keeper(runtime);
  for (int i = 0; i < count; ++i) {
    const CudaRuntime::Card card = runtime.card(i);
    runtime.use_card(i);
    const CudaRuntime::Memory memory = runtime.memory();
    cards += "\ncuda." + std::to_string(i) + "=" + card.name + ", compute capability " +
             std::to_string(card.major) + "." + std::to_string(card.minor) + ", " +
             mebibytes(memory.total) + " MiB, " + mebibytes(memory.free) + " MiB free";
  }
  return std::to_string(count) + cards;
}

// Its text, or why there is none.
template <typename Describe>
std::string described(const Describe& describe) {
  try {
    return describe();
  } catch (const Error& error) {
    return std::string("none: ") + error.reason();
  }
}

}  // namespace

DeviceSession::DeviceSession(const Device& device) : device_(device) {
  if (!device.on_cuda()) return;
  runtime_ = &linked_cuda_runtime();
  const CudaFunctions& functions = cuda_functions();
  const int cards = runtime_->card_count();
  if (device.index >= cards) refuse(device, "cards here: " + std::to_string(cards));
  const CudaRuntime::Card card = runtime_->card(device.index);
  constexpr int kOldest = 8;
  if (card.major < kOldest) {
    refuse(device, card.name + " has compute capability " + std::to_string(card.major) + "." +
                       std::to_string(card.minor) + ", our kernels need 8.0");
  }
  runtime_->use_card(device.index);
  if (functions.stream_from_pool(false, device.index, &stream_) != 0) {
    refuse(device, "LibTorch has no stream for it");
  }
  require_memory();
}

DeviceSession::~DeviceSession() = default;

// LibTorch looks for its CUDA part once in a process, when it first needs it, and keeps to what it
// found. Our CPU engine does not make it look, so that a card may follow; LibTorch's convolutions
// and gradients on the CPU do.
void DeviceSession::require_memory() const {
  const Guard guard(*this);
  try {
    Tensor::empty({1}, ScalarType::kFloat32, device_);
  } catch (const Error& error) {
    constexpr int64_t kEnough = int64_t{64} << 20;  // LibTorch takes 2 MiB at a time or 20
    if (error.code() == ErrorCode::kOutOfMemory && runtime_->memory().free < kEnough) {
      throw Error(error.code(), "starting: a full card" + memory_text());
    }
    refuse(device_, error.reason() +
                        "; where LibTorch was used in this process before its CUDA library was "
                        "loaded, only a new process can compute there");
  }
}

void DeviceSession::require_float8() const {
  if (!device_.on_cuda()) return;
  const CudaRuntime::Card card = runtime_->card(device_.index);
  if (10 * card.major + card.minor < 89) {
    refuse(device_, card.name +
                        " has no products of eight-bit floats, which came with compute capability "
                        "8.9: int8 has the integers of older cards");
  }
}

DeviceSession::Guard::Guard(const DeviceSession& session) {
  static std::atomic<int64_t> turns{0};
  session.turn_ = ++turns;
  if (!session.device_.on_cuda()) return;
  session.runtime_->use_card(session.device_.index);
  if (cuda_functions().create_stream_guard(session.stream_, session.device_.index, &guard_) != 0) {
    refuse(session.device_, "LibTorch cannot compute in a stream of it");
  }
}

DeviceSession::Guard::~Guard() {
  if (guard_) cuda_functions().delete_stream_guard(guard_);
}

Tensor DeviceSession::place(const Tensor& host) {
  if (!device_.on_cuda()) return host.share();
  if (!uploader_) uploader_ = std::make_unique<Uploader>(*runtime_, stream_);
  Tensor placed = Tensor::empty(host.sizes(), host.type(), device_);
  uploader_->copy(placed.data(), host.data(), host.count() * size_of(host.type()));
  return placed;
}

std::string DeviceSession::memory_text() const {
  if (!device_.on_cuda()) return "";
  try {
    return free_memory_text(device_, runtime_->memory());
  } catch (const Error&) {  // the card that failed does not answer
    return "";
  }
}

std::string free_memory_text(const Device& device, const CudaRuntime::Memory& memory) {
  return " (" + device.to_string() + " has " + mebibytes(memory.free) + " of " +
         mebibytes(memory.total) + " MiB free)";
}

std::string about_cuda() {
  return std::string("cuda_kernels=") + (REFLECTIONFLOW_CUDA ? "yes" : "no") +
         "\ncuda_library=" + described(about_library) + "\ncuda_cards=" + described(about_cards);
}

}  // namespace reflectionflow
