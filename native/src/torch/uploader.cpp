// Small weights share a half: an event for each of them would cost more than the copy.
#include "torch/uploader.h"

#include <algorithm>
#include <cstring>

namespace reflectionflow {
namespace {

// In slices, because one core reads a mapped file at a fraction of the bus's speed.
void read(char* to, const char* from, int64_t bytes) {
  constexpr int64_t kSlice = 1 << 20;
#pragma omp parallel for schedule(static)
  for (int64_t at = 0; at < bytes; at += kSlice) {
    std::memcpy(to + at, from + at, static_cast<size_t>(std::min(kSlice, bytes - at)));
  }
}

}  // namespace

Uploader::Uploader(CudaRuntime& runtime, void* stream, int64_t half)
    : runtime_(runtime),
      stream_(stream),
      size_(half),
      pinned_(static_cast<char*>(runtime.allocate_pinned(2 * half)), FreePinned{&runtime}),
      halves_{Half{pinned_.get(), CudaEvent(runtime)},
              Half{pinned_.get() + half, CudaEvent(runtime)}} {}

Uploader::~Uploader() {
  for (Half& half : halves_) {
    try {
      half.sent.record(stream_);
      half.sent.wait();
    } catch (...) {  // the card failed: nothing travels any more
    }
  }
}

void Uploader::copy(void* to, const void* from, int64_t bytes) {
  for (int64_t done = 0; done < bytes;) {
    if (used_ == size_) turn();
    const int64_t part = std::min(bytes - done, size_ - used_);
    char* const staged = halves_[current_].memory + used_;
    read(staged, static_cast<const char*>(from) + done, part);
    runtime_.copy(static_cast<char*>(to) + done, staged, part, stream_);
    used_ += part;
    done += part;
  }
}

// The other half is free once what was sent from it has arrived.
void Uploader::turn() {
  halves_[current_].sent.record(stream_);
  current_ = 1 - current_;
  used_ = 0;
  halves_[current_].sent.wait();
}

}  // namespace reflectionflow
