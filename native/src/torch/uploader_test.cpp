// Bytes arrive as they were, though the pinned buffer is used again and again.
#include "torch/uploader.h"

#include "common/check.h"
#include "torch/fake_cuda_runtime.h"

namespace reflectionflow {
namespace {

constexpr int64_t kHalf = 64;

std::vector<char> numbered(size_t count) {
  std::vector<char> bytes(count);
  for (size_t i = 0; i < count; ++i) bytes[i] = static_cast<char>(i * 7 + 1);
  return bytes;
}

TEST(pieces_of_every_size_arrive) {
  FakeCudaRuntime runtime;
  const std::vector<char> file = numbered(1000);
  std::vector<char> card(1000, 0);
  {
    Uploader uploader(runtime, nullptr, kHalf);
    size_t at = 0;
    for (const size_t bytes : {1, 63, 64, 65, 0, 130, 300, 377}) {
      uploader.copy(card.data() + at, file.data() + at, static_cast<int64_t>(bytes));
      at += bytes;
    }
    CHECK(at == 1000);
  }
  CHECK(card == file);
}

TEST(what_travels_is_not_written_over) {
  FakeCudaRuntime runtime;
  Uploader uploader(runtime, nullptr, kHalf);
  const std::vector<char> file = numbered(5 * kHalf);
  std::vector<char> card(5 * kHalf, 0);
  uploader.copy(card.data(), file.data(), 5 * kHalf);
  // The first three halves had to arrive for their memory to be free; the rest may still travel.
  CHECK(std::equal(card.begin(), card.begin() + 3 * kHalf, file.begin()));
  runtime.wait();
  CHECK(card == file);
}

TEST(one_half_is_filled_while_the_other_travels) {
  FakeCudaRuntime runtime;
  Uploader uploader(runtime, nullptr, kHalf);
  const std::vector<char> file = numbered(2 * kHalf);
  std::vector<char> card(2 * kHalf, 0);
  uploader.copy(card.data(), file.data(), 2 * kHalf);
  CHECK(card == std::vector<char>(2 * kHalf, 0));  // nothing was waited for
  runtime.wait();
  CHECK(card == file);
}

TEST(small_weights_share_a_half) {
  FakeCudaRuntime runtime;
  Uploader uploader(runtime, nullptr, kHalf);
  const std::vector<char> file = numbered(kHalf);
  std::vector<char> card(kHalf, 0);
  for (int64_t i = 0; i < kHalf; i += 8) uploader.copy(card.data() + i, file.data() + i, 8);
  CHECK(card == std::vector<char>(kHalf, 0));  // nothing was waited for
  runtime.wait();
  CHECK(card == file);
}

TEST(gives_everything_back_when_all_has_arrived) {
  FakeCudaRuntime runtime;
  const std::vector<char> file = numbered(10);
  std::vector<char> card(10, 0);
  {
    Uploader uploader(runtime, nullptr, kHalf);
    CHECK(runtime.pinned == 1 && runtime.events == 2);
    uploader.copy(card.data(), file.data(), 10);
  }
  CHECK(card == file);
  CHECK(runtime.pinned == 0 && runtime.events == 0);
}

TEST(gives_everything_back_when_it_cannot_be_made) {
  FakeCudaRuntime runtime;
  for (runtime.most_events = 0; runtime.most_events < 2; ++runtime.most_events) {
    CHECK_THROWS(Error, Uploader(runtime, nullptr, kHalf), "DEVICE: no event");
    CHECK_THAT(runtime.pinned == 0 && runtime.events == 0, runtime.most_events);
  }
}

}  // namespace
}  // namespace reflectionflow
