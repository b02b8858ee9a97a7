package dev.reflectionflow.train;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.scenes.ScenePrompt;
import dev.reflectionflow.scenes.SceneWording;
import dev.reflectionflow.train.nn.Tensors;
import dev.reflectionflow.weights.DType;
import dev.reflectionflow.weights.SafetensorsFile;
import dev.reflectionflow.weights.SafetensorsWriter;
import dev.reflectionflow.weights.WeightView;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A {@link LatentPool} on the disk.
 *
 * @param file whole or absent, never half written
 * @param key all that decides its contents; a file with another key counts as absent
 */
record LatentPoolFile(Path file, String key) {
    /** The pool, unless there is none of this key or it is damaged. */
    Optional<LatentPool> read() {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            SafetensorsFile stored = SafetensorsFile.open(file);
            return key.equals(stored.metadata().get("key")) ? Optional.of(pool(stored)) : Optional.empty();
        } catch (EngineException e) {
            return Optional.empty();
        }
    }

    /** Keeps a pool in the place of what was there. */
    LatentPool write(LatentPool pool) {
        String words = pool.words().stream()
                .map(one -> SceneWording.PLAIN.of(one.prompt()) + "\t" + one.reflection())
                .collect(Collectors.joining("\n"));
        SafetensorsWriter.write(
                file,
                List.of(Tensors.data("latents", pool.tokens(), DType.BF16)),
                Map.of("key", key, "side", Integer.toString(pool.side()), "words", words));
        return pool;
    }

    private static LatentPool pool(SafetensorsFile stored) {
        WeightView view = stored.tensor("latents");
        List<LatentPool.Words> words = stored.metadata()
                .get("words")
                .lines()
                .map(line -> line.split("\t", 2))
                .map(pair -> new LatentPool.Words(ScenePrompt.parse(pair[0]).orElseThrow(), pair[1]))
                .toList();
        int side = Integer.parseInt(stored.metadata().get("side"));
        try (PointerScope scope = new PointerScope()) {
            Tensor tokens = Tensors.ofFloats(view.readFloats(), view.shape()).to(ScalarType.BFloat16);
            return new LatentPool(Tensors.keep(tokens), words, side);
        }
    }
}
