// What shapes and handles refuse, and that nothing is lost when they do.
#include "torch/tensor.h"

#include "common/check.h"
#include "torch/failure.h"
#include "torch/ops.h"

namespace reflectionflow {
namespace {

TEST(counts_elements_only_where_they_can_be_counted) {
  CHECK((Shape{2, 3, 4}.count() == 24));
  CHECK((Shape{int64_t{1} << 62, 0}.count() == 0));
  CHECK_THROWS(Error, (Shape{int64_t{1} << 62, 4}.count()),
               "INTERNAL: a tensor of the sizes [4611686018427387904, 4]");
  CHECK_THROWS(Error, (Shape{-2, -3}.count()), "INTERNAL: a tensor of the sizes [-2, -3]");
}

TEST(refuses_ranks_that_it_cannot_hold) {
  const int64_t sizes[6] = {1, 1, 1, 1, 1, 1};
  CHECK_THROWS(Error, Shape(sizes, 6), "INTERNAL: a tensor of 6 dimensions");
  CHECK_THROWS(Error, Shape(sizes, -1), "INTERNAL: a tensor of -1 dimensions");
}

TEST(gives_a_handle_back_that_it_could_not_describe) {
  const int64_t sizes[6] = {1, 1, 1, 1, 1, 1};
  AtenTensorHandle handle = nullptr;
  CHECK(aoti_torch_empty_strided(6, sizes, sizes, static_cast<int32_t>(ScalarType::kFloat32), 0, 0,
                                 &handle) == 0);
  const int64_t alive = Tensor::handles_alive();
  CHECK_THROWS(Error, Tensor{handle}, "INTERNAL: a tensor of 6 dimensions");
  CHECK(Tensor::handles_alive() == alive);
}

TEST(what_lies_on_the_device_already_is_not_copied) {
  const Tensor here = Tensor::empty({2, 3}, ScalarType::kFloat32);
  CHECK(here.device() == Device{});
  CHECK(here.on({}).data() == here.data());
}

TEST(names_the_memory_that_there_is_not) {
  CHECK_THROWS(Error, Tensor::empty({int64_t{1} << 50}, ScalarType::kFloat32),
               "OUT_OF_MEMORY: no memory for a tensor float32[1125899906842624] of 4294967296 MiB");
}

// LibTorch tells why from 2.13 on; before, only what was called is known.
TEST(an_operator_that_finds_no_memory_says_so) {
  const Tensor one = Tensor::empty({1}, ScalarType::kFloat32);
  const Tensor huge = one.view({int64_t{1} << 50}, {0});
  try {
    ops::mul(huge, huge);
    CHECK(false);
  } catch (const Error& error) {
    const std::string call = "aten::mul failed on float32[1125899906842624], " + huge.to_string();
    const bool told = !libtorch_reason().empty();
    CHECK_THAT(error.reason().rfind(call, 0) == 0, error.what());
    CHECK((error.code() == ErrorCode::kOutOfMemory) == told);
    CHECK((error.reason() != call) == told);
  }
}

TEST(a_product_that_libtorch_refuses_says_why) {
  const Tensor a = Tensor::empty({2, 3}, ScalarType::kInt32);
  const Tensor b = Tensor::empty({3, 4}, ScalarType::kInt32),
               bias = Tensor::empty({5, 4}, ScalarType::kInt32);
  Tensor out = Tensor::empty({2, 4}, ScalarType::kInt32);
  try {
    ops::addmm(out, bias, a, b);
    CHECK(false);
  } catch (const Error& error) {
    const std::string call = "addmm of int32[2, 3] and int32[3, 4] into int32[2, 4]";
    CHECK_THAT(error.code() == ErrorCode::kInternal, error.what());
    CHECK_THAT(error.reason().rfind(call, 0) == 0, error.what());
    CHECK((error.reason() != call) == !libtorch_reason().empty());
  }
}

TEST(knows_the_reasons_that_mean_no_memory) {
  CHECK(lacks_memory("CUDA out of memory. Tried to allocate 2.00 GiB."));
  CHECK(lacks_memory("DefaultCPUAllocator: can't allocate memory: you tried to allocate 4 bytes"));
  CHECK(!lacks_memory("CUDA error: an illegal memory access was encountered") && !lacks_memory(""));
}

TEST(an_error_is_one_line_whatever_a_name_holds) {
  CHECK_THROWS(Error, invalid_file("the weight a\nb\x7f is missing"),
               "INVALID_FILE: the weight a b  is missing");
}

}  // namespace
}  // namespace reflectionflow
