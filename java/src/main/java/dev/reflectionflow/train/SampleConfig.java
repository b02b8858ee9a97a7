package dev.reflectionflow.train;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The pictures that show how a run is doing.
 *
 * @param prompts one picture each, of a stage that draws from prompts alone; with none, the data give some
 * @param seed of the first picture's noise; the others' follow it
 * @param steps denoising steps; empty for the model's own
 * @param guidance as embedded; empty for the model's own
 */
public record SampleConfig(List<String> prompts, long seed, OptionalInt steps, OptionalDouble guidance) {
    static SampleConfig read(ConfigTree tree) {
        String at = "train.samples.";
        return new SampleConfig(
                tree.texts(at + "prompts", List.of()),
                tree.integer(at + "seed", 0, 42),
                tree.has(at + "steps") ? OptionalInt.of(tree.integer(at + "steps", 1, 28)) : OptionalInt.empty(),
                tree.has(at + "guidance")
                        ? OptionalDouble.of(tree.number(at + "guidance", 0, 100, 3.5))
                        : OptionalDouble.empty());
    }
}
