package dev.reflectionflow.weights;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A LoRA for a FLUX transformer, from a file in the names of diffusers/PEFT, kohya's sd-scripts or BFL.
 *
 * @param path the file
 * @param views one per changed layer of ours, sorted by module
 * @param matched modules of the file that were understood
 * @param unmatched tensors or modules of the file that this transformer has no place for, sorted
 */
public record LoraFile(Path path, List<LoraView> views, int matched, List<String> unmatched) {
    static final int SHOWN = 5;

    public LoraFile {
        views = List.copyOf(views);
        unmatched = List.copyOf(unmatched);
    }

    /** What a user should be told of a partial match, empty when everything matched. */
    public Optional<String> warning() {
        if (unmatched.isEmpty()) {
            return Optional.empty();
        }
        String names = String.join(", ", unmatched.stream().limit(SHOWN).toList());
        return Optional.of(path + ": " + unmatched.size() + " of " + (matched + unmatched.size())
                + " LoRA modules match nothing in this model: " + names + (unmatched.size() > SHOWN ? ", ..." : ""));
    }

    /**
     * Reads the file's header and its alphas.
     *
     * @throws dev.reflectionflow.EngineException {@code INVALID_FILE} when no module matches, a matrix lacks its
     *     counterpart, or ranks and shapes do not fit the transformer
     */
    public static LoraFile open(Path path, TransformerConfig config) {
        return new LoraReader(SafetensorsFile.open(path), ExpectedWeights.transformer(config)).read();
    }
}
