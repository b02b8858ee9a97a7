// Devices by name, and what is said where there is none.
#include <stdexcept>

#include "common/check.h"
#include "error.h"
#include "torch/device_session.h"

namespace reflectionflow {
namespace {

TEST(knows_devices_by_name) {
  CHECK(parse_device("cpu") == Device{});
  CHECK((parse_device("cuda") == Device{Device::Type::kCuda, 0}));
  CHECK((parse_device("cuda:3") == Device{Device::Type::kCuda, 3}));
  CHECK(parse_device("cuda:3").to_string() == "cuda:3");
  CHECK(parse_device("cpu").to_string() == "cpu");
}

TEST(refuses_what_is_no_device) {
  for (const char* name : {"", "gpu", "cuda:", "cuda:-1", "cuda:1x", "cuda:99999999999"}) {
    CHECK_THROWS(
        Error, parse_device(name),
        "INVALID_ARGUMENT: no device is called " + std::string(name) + ": cpu, cuda or cuda:N");
  }
}

TEST(names_a_library_that_cannot_be_loaded) {
  CHECK_THROWS(Error, load_cuda_functions("/nowhere/libtorch_cuda.so"),
               "DEVICE: LibTorch cannot use CUDA: /nowhere/libtorch_cuda.so: cannot open shared "
               "object file: No such file or directory");
}

TEST(names_a_function_that_a_library_lacks) {
  CHECK_THROWS(Error, load_cuda_functions("libtorch_cpu.so"),
               "DEVICE: LibTorch cannot use CUDA: libtorch_cpu.so has no function "
               "aoti_torch_cuda_addmm_out");
}

TEST(looks_for_the_library_beside_the_one_that_is_loaded) {
  const std::string library = cuda_library();
  CHECK_THAT(library.front() == '/' && library.rfind("/libtorch_cuda.so") != std::string::npos,
             library);
}

TEST(the_cpu_needs_nothing_of_cuda) {
  DeviceSession session{Device{}};
  CHECK(session.runtime() == nullptr && session.stream() == nullptr);
  const Tensor host = Tensor::empty({3}, ScalarType::kFloat32);
  CHECK(session.place(host).data() == host.data());
  CHECK(session.memory_text().empty());
  session.require_float8();  // an emulation: nothing is asked of the processor
}

// DeviceMemory.java takes these words apart; those of the tensor are tensor_test's.
TEST(says_how_much_memory_a_card_has_left) {
  constexpr int64_t kMebibyte = int64_t{1} << 20;
  CHECK(free_memory_text({Device::Type::kCuda, 1}, {3072 * kMebibyte, 24576 * kMebibyte}) ==
        " (cuda:1 has 3072 of 24576 MiB free)");
}

TEST(a_turn_is_counted_for_each_guard) {
  DeviceSession session{Device{}};
  const int64_t before = session.turn();
  { const DeviceSession::Guard guard(session); }
  { const DeviceSession::Guard guard(session); }
  CHECK(session.turn() == before + 2);
}

TEST(turns_of_other_sessions_count_too) {
  const DeviceSession session{Device{}}, other{Device{}};
  { const DeviceSession::Guard guard(session); }
  const int64_t before = session.turn();
  { const DeviceSession::Guard guard(other); }
  CHECK(session.turn() == before && other.turn() == before + 1);
  { const DeviceSession::Guard guard(session); }
  CHECK(session.turn() == before + 2);
}

// What is said of CUDA tells which of the two it must be.
TEST(a_card_is_taken_or_is_an_error_of_the_device) {
  const std::string about = about_cuda();
  const bool there = about.find("\ncuda.0=") != std::string::npos &&
                     about.find("\ncuda_library=none") == std::string::npos;
  try {
    const DeviceSession session{Device{Device::Type::kCuda, 0}};
    CHECK_THAT(there && session.runtime() && session.stream(), about);
  } catch (const Error& error) {
    const bool old = error.reason().find("our kernels need 8.0") != std::string::npos;
    CHECK_THAT(error.code() == ErrorCode::kDevice && (!there || old), about << error.what());
    CHECK(error.reason().find('\n') == std::string::npos);
  }
}

TEST(describes_what_of_cuda_is_there_without_failing) {
  const std::string about = about_cuda();
  for (const char* key : {"cuda_kernels=", "\ncuda_library=", "\ncuda_cards="}) {
    CHECK_THAT(about.find(key) != std::string::npos, about);
  }
}

}  // namespace
}  // namespace reflectionflow
