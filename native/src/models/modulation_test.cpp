// The vectors of every layer and step are where the tables say, whatever step is selected.
#include "models/modulation.h"

#include "common/check.h"
#include "error.h"

namespace reflectionflow {
namespace {

constexpr int64_t kBatch = 2, kSteps = 3, kIn = 2;

// weight row r is (r, 1): the output for the conditioning (a, b) is r a + b.
Linear layer(const std::string& name, int64_t out) {
  WeightMap weights;
  Tensor weight = Tensor::empty({out, kIn}, ScalarType::kFloat32);
  Tensor bias = Tensor::empty({out}, ScalarType::kFloat32);
  for (int64_t r = 0; r < out; ++r) {
    weight.as<float>()[kIn * r] = static_cast<float>(r);
    weight.as<float>()[kIn * r + 1] = 1;
    bias.as<float>()[r] = 0;
  }
  weights.put(name + ".weight", std::move(weight));
  weights.put(name + ".bias", std::move(bias));
  return {weights, name, kIn, out, ScalarType::kFloat32};
}

// Sample b at step s is conditioned on (s + 1, 100 b).
Tensor conditioning(int64_t steps) {
  Tensor rows = Tensor::empty({steps * kBatch, kIn}, ScalarType::kFloat32);
  for (int64_t n = 0; n < rows.size(0); ++n) {
    rows.as<float>()[kIn * n] = static_cast<float>(n / kBatch + 1);
    rows.as<float>()[kIn * n + 1] = static_cast<float>(100 * (n % kBatch));
  }
  return rows;
}

float value(const kernels::PerSample& vectors, int64_t sample, int64_t column) {
  return static_cast<const float*>(vectors.data)[sample * vectors.batch_stride + column];
}

TEST(each_step_has_its_vectors_in_the_same_place) {
  ModulationTables tables(conditioning(kSteps), kBatch, 4 + 6);
  const int64_t a = tables.add(layer("a", 4), false), b = tables.add(layer("b", 6), false);
  Modulations run(tables);
  const ModulationTable first = run.at(a), second = run.at(b);
  const void* const place = second.chunk(3, 1).data;
  for (const int64_t step : {0, 2, 1}) {
    run.select(step);
    for (int64_t sample = 0; sample < kBatch; ++sample) {
      const float base = static_cast<float>(100 * sample), slope = static_cast<float>(step + 1);
      CHECK_THAT(value(first.chunk(2, 1), sample, 1) == base + 3 * slope, step << " " << sample);
      CHECK_THAT(value(second.chunk(3, 1), sample, 2) == base + 5 * slope, step << " " << sample);
    }
  }
  CHECK(second.chunk(3, 1).data == place);
}

TEST(a_single_step_needs_no_selection) {
  ModulationTables tables(conditioning(1), kBatch, 4);
  const int64_t column = tables.add(layer("a", 4), false);
  CHECK(value(Modulations(tables).at(column).chunk(4, 0), 1, 2) == 102);
}

TEST(runs_share_the_tables_and_select_for_themselves) {
  ModulationTables tables(conditioning(kSteps), kBatch, 4);
  const int64_t column = tables.add(layer("a", 4), false);
  Modulations one(tables), other(tables);
  one.select(0);
  other.select(2);
  CHECK(value(one.at(column).chunk(4, 0), 0, 3) == 3);
  CHECK(value(other.at(column).chunk(4, 0), 0, 3) == 9);
}

TEST(refuses_more_layers_than_it_was_made_for) {
  ModulationTables tables(conditioning(kSteps), kBatch, 5);
  tables.add(layer("a", 4), false);
  CHECK_THROWS(Error, tables.add(layer("b", 2), false),
               "INTERNAL: more modulations than the table's float32[6, 5]");
}

}  // namespace
}  // namespace reflectionflow
