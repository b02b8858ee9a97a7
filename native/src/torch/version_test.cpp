// Which versions of LibTorch are taken.
#include "torch/version.h"

#include "common/check.h"
#include "error.h"
#include "torch/stable_abi.h"

namespace reflectionflow {
namespace {

TEST(is_written_with_dots) {
  CHECK(version_text(0x020a000000000000) == "2.10.0");
  CHECK(version_text(0x020d0100000000ff) == "2.13.1");
}

TEST(takes_the_one_it_was_built_against_and_later_ones) {
  check_version(kBuiltAgainst);
  check_version(0x02ff000000000000);
  check_version(aoti_torch_abi_version());
}

TEST(refuses_older_ones_and_another_major_version) {
  CHECK_THROWS(Error, check_version(0x0209ff0000000000),
               "DEVICE: LibTorch 2.9.255 cannot be used: version 2.10 or a later 2.x is needed");
  CHECK_THROWS(Error, check_version(0x0300000000000000),
               "DEVICE: LibTorch 3.0.0 cannot be used: version 2.10 or a later 2.x is needed");
}

}  // namespace
}  // namespace reflectionflow
