// Every vector path calls the loop once, and a forced path ends with its scope.
#include "common/vectorised.h"

#include "common/check.h"

namespace reflectionflow::kernels {
namespace {

TEST(each_path_calls_the_loop_once) {
  for (const VectorPath path : kVectorPaths) {
    if (!vector_path_runs(path)) continue;
    const ForcedVectorPath forced(path);
    float values[37] = {};
    vectorised([&] {
      for (float& value : values) value += 1;
    });
    for (const float value : values) CHECK_THAT(value == 1, name_of(path) << ": " << value);
  }
}

TEST(a_forced_path_ends_with_its_scope) {
  const VectorPath widest = vector_path();
  {
    const ForcedVectorPath forced(VectorPath::kPortable);
    CHECK(vector_path() == VectorPath::kPortable);
  }
  CHECK(vector_path() == widest);
  CHECK(vector_path_runs(widest));
}

TEST(a_path_that_the_processor_lacks_is_refused) {
  for (const VectorPath path : kVectorPaths) {
    if (vector_path_runs(path)) continue;
    CHECK_REFUSED(ForcedVectorPath{path},
                  std::string("this processor lacks the path ") + name_of(path));
  }
}

}  // namespace
}  // namespace reflectionflow::kernels
