// The sinusoidal embedding's launches: every cosine and every sine once.
#include "common/launch_checks.h"
#include "timestep_embedding/timestep_embedding_cuda.h"

namespace reflectionflow::kernels {
namespace {

TEST(every_entry_is_written_once) {
  for (const int64_t frequencies : {1, 7, 128}) {
    for (const int64_t count : {1, 5, 29}) {
      TimestepEmbedding op;
      op.count = count;
      op.frequencies = frequencies;
      const LaunchPlan plan = timestep_embedding_launch(op);
      check_launchable(plan);
      CHECK(plan.grid_x * plan.threads >= count * frequencies);
      Coverage coverage(count * 2 * frequencies);
      for (int64_t index = 0; index < count * frequencies; ++index) {
        const TimestepEntry entry = timestep_entry(index, frequencies);
        CHECK(entry.value < count && entry.frequency < frequencies);
        coverage.visit(entry.cosine);
        coverage.visit(entry.cosine + frequencies);
      }
      CHECK_THAT(coverage.once(), count << " values, " << frequencies << " frequencies");
    }
  }
}

}  // namespace
}  // namespace reflectionflow::kernels
