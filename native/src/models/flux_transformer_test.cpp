// The ways a card computes a step, taken on the CPU: they change nothing, or little where they say
// so.
#include "models/flux_transformer.h"

#include "common/check.h"
#include "models/random_flux.h"

namespace reflectionflow {
namespace {

FluxTransformer transformer(const FluxConfig& config, ScalarType type = ScalarType::kFloat32,
                            WeightMap weights = {}) {
  put_random_flux(weights, config);
  FluxTransformer made(config, weights, type);
  CHECK_THAT(weights.left_over().empty(), weights.left_over());
  return made;
}

TEST(libtorchs_attention_gives_the_same_velocity) {
  FluxConfig config = small_flux();
  const FluxTransformer ours = transformer(config);
  config.attention = AttentionWish::kLibTorch;
  const FluxTransformer librarys = transformer(config);
  const Tensor expected = SmallRun(ours, 2).velocity(1);
  const Tensor got = SmallRun(librarys, 2).velocity(1);
  CHECK_THAT(distance(got, expected) < 1e-5, distance(got, expected));
}

TEST(steps_can_be_selected_in_any_order) {
  const FluxTransformer network = transformer(small_flux());
  SmallRun run(network, 3);
  const Tensor second = run.velocity(1);
  const Tensor third = run.velocity(2);
  CHECK(!same_bits(second, third));
  CHECK(same_bits(run.velocity(1), second));
}

TEST(modulations_may_wait_on_the_host_and_come_for_each_run) {
  int placed = 0;
  WeightMap weights([&](const Tensor& host) {
    ++placed;
    return host.contiguous();
  });
  weights.keep_late_on_host();
  const FluxTransformer staying = transformer(small_flux());
  const FluxTransformer leaving =
      transformer(small_flux(), ScalarType::kFloat32, std::move(weights));
  placed = 0;
  SmallRun run(leaving, 2);
  CHECK_THAT(placed == 2 * 2 + 2 + 2, placed);  // double and single blocks, the final layer
  CHECK(same_bits(run.velocity(1), SmallRun(staying, 2).velocity(1)));
  CHECK(placed == 2 * 2 + 2 + 2);
}

constexpr Precision kInEightBits[] = {Precision::kFloat8, Precision::kInt8};

// Measured: 0.012 for floats and 0.005 for integers.
TEST(eight_bits_stay_near_the_exact_velocity) {
  FluxConfig config = small_flux();
  const FluxTransformer exact = transformer(config, ScalarType::kBFloat16);
  const Tensor expected = SmallRun(exact, 2).velocity(0);
  for (const Precision precision : kInEightBits) {
    config.precision = precision;
    const FluxTransformer quantised = transformer(config, ScalarType::kBFloat16);
    const double off = distance(SmallRun(quantised, 2).velocity(0), expected);
    CHECK_THAT(off > 0 && off < (precision == Precision::kInt8 ? 0.01 : 0.024), off);
  }
}

// A card would refuse both: emulated products have no such needs.
TEST(the_cpu_takes_odd_shapes_in_eight_bits) {
  FluxConfig config = small_flux();
  config.heads = 1;
  config.head_size = 24;
  config.rope_axes = {8, 8, 8};
  for (const Precision precision : kInEightBits) {
    config.precision = precision;
    const FluxTransformer quantised = transformer(config, ScalarType::kBFloat16);
    CHECK(SmallRun(quantised, 1, 6).velocity(0).count() == 12 * config.channels);
  }
}

TEST(steps_of_integers_make_no_handles) {
  FluxConfig config = small_flux();
  config.precision = Precision::kInt8;
  const FluxTransformer quantised = transformer(config, ScalarType::kBFloat16);
  SmallRun run(quantised, 2);
  Tensor out = Tensor::empty(run.latents.sizes(), run.latents.type());
  const auto handles_of_step = [&](int64_t step) {
    const int64_t before = Tensor::handles_created();
    run.constants.select_step(step);
    quantised.forward(run.constants, run.latents, *run.rows, out, run.recorder);
    return Tensor::handles_created() - before;
  };
  CHECK(handles_of_step(0) > 0);  // the views of the sums, once
  CHECK(handles_of_step(1) == 0);
}

TEST(one_product_for_layers_of_the_same_rows_gives_the_same_velocity) {
  for (Precision precision : {Precision::kExact, Precision::kFloat8, Precision::kInt8}) {
    const auto velocity = [&](bool joined) {
      FluxConfig config = small_flux();
      config.joined_products = joined;
      config.precision = precision;
      WeightMap weights;
      const auto adapt = [&](const char* layer, int64_t out) {
        weights.put_adapter(layer, {drawn({4, config.width()}, 7), drawn({out, 4}, 8), 0.2});
      };
      adapt("transformer.single.0.k", config.width());
      adapt("transformer.single.1.up", config.mlp_width());
      adapt("transformer.double.1.text.v", config.width());
      adapt("transformer.double.0.image.q", config.width());
      const FluxTransformer network =
          transformer(config, ScalarType::kBFloat16, std::move(weights));
      return SmallRun(network, 2).velocity(1);
    };
    const Tensor expected = velocity(false);
    const double off = distance(velocity(true), expected);
    CHECK_THAT(off < 1e-3, off << " at precision " << static_cast<int>(precision));
  }
}

TEST(joined_products_are_columns_of_one_buffer) {
  FluxConfig config = small_flux();
  config.joined_products = true;
  const FluxTransformer network = transformer(config);
  SmallRun run(network, 2);
  CHECK(!run.rows->qkv_up.part[3].all.is_contiguous() && run.rows->qkv_up.whole.all.defined());
  const FluxTransformer apart = transformer(small_flux());
  SmallRun other(apart, 2);
  CHECK(other.rows->qkv_up.part[3].all.is_contiguous() && !other.rows->qkv_up.whole.all.defined());
  const double off = distance(run.velocity(1), other.velocity(1));
  CHECK_THAT(off < 1e-6, off);
}

// Adapters read what the products take in eight bits, so that both forms are made.
TEST(adapters_act_beside_eight_bits) {
  FluxConfig config = small_flux();
  const auto adapted = [&](Precision precision, float scale) {
    config.precision = precision;
    WeightMap weights;
    for (const char* layer : {"transformer.single.0.q", "transformer.double.0.image.down"}) {
      const int64_t in = layer[12] == 's' ? config.width() : config.mlp_width();
      weights.put_adapter(layer, {drawn({4, in}, 7), drawn({config.width(), 4}, 8), scale});
    }
    const FluxTransformer network = transformer(config, ScalarType::kBFloat16, std::move(weights));
    return SmallRun(network, 1).velocity(0);
  };
  const Tensor exact = adapted(Precision::kExact, 0.2);
  const double without = distance(adapted(Precision::kExact, 0), exact);
  for (const Precision precision : kInEightBits) {
    const double off = distance(adapted(precision, 0.2), exact);
    CHECK_THAT(off < 0.03 && without > 6 * off, off << " without " << without);
  }
}

TEST(a_step_like_the_last_one_skips_all_blocks_but_the_first) {
  FluxConfig config = small_flux();
  const FluxTransformer full = transformer(config);
  config.cache_threshold = 0.5f;
  const FluxTransformer cached = transformer(config);
  SmallRun expected(full, 4), run(cached, 4);
  CHECK(same_bits(run.velocity(0), expected.velocity(0)));
  CHECK(run.rows->cache->skipped() == 0);
  const double off = distance(run.velocity(0), expected.velocity(0));
  CHECK_THAT(run.rows->cache->skipped() == 1 && off < 1e-6, off);
}

TEST(a_step_unlike_the_last_one_is_taken_in_full) {
  FluxConfig config = small_flux();
  const FluxTransformer full = transformer(config);
  config.cache_threshold = 1e-6f;
  const FluxTransformer cached = transformer(config);
  SmallRun expected(full, 4), run(cached, 4);
  for (int64_t step = 0; step < 4; ++step) {
    CHECK_THAT(same_bits(run.velocity(step), expected.velocity(step)), step);
  }
  CHECK(run.rows->cache->skipped() == 0);
}

}  // namespace
}  // namespace reflectionflow
