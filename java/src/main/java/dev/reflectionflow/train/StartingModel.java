package dev.reflectionflow.train;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.train.nn.Parameters;
import dev.reflectionflow.weights.AutoencoderConfig;
import dev.reflectionflow.weights.ClipConfig;
import dev.reflectionflow.weights.ComponentWidths;
import dev.reflectionflow.weights.DType;
import dev.reflectionflow.weights.ModelFiles;
import dev.reflectionflow.weights.ModelFolder;
import dev.reflectionflow.weights.ModelHash;
import dev.reflectionflow.weights.T5Config;
import dev.reflectionflow.weights.TransformerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The diffusers folder that a run starts from. Components may lack their weights where the run is to make them; they are
 * then drawn.
 *
 * @param folder with {@code model_index.json}
 */
record StartingModel(Path folder) {
    /** Folder of the model in a checkpoint. */
    static final String PRODUCT = "model";

    private static final String WEIGHTS = ".safetensors";

    /**
     * Finds a model: a folder, the last checkpoint of a run's folder, or a Hugging Face id.
     *
     * @throws EngineException {@code INVALID_FILE} when there is none
     */
    static StartingModel find(String model) {
        Path path = path(model);
        try {
            var last = Folders.last(path.resolve("ckpt"));
            if (last.isPresent()) {
                return new StartingModel(last.get().resolve(PRODUCT));
            }
        } catch (IOException e) {
            throw EngineException.invalidFile(path, "cannot be read", e);
        }
        if (Files.exists(path.resolve("model_index.json"))) {
            return new StartingModel(path);
        }
        ModelFiles files = ModelFolder.find(model, null);
        if (Files.isRegularFile(files.transformer())) {
            throw new EngineException(
                    ErrorCode.INVALID_FILE, model + ": a single file; training needs a diffusers folder");
        }
        return new StartingModel(files.base());
    }

    private static Path path(String model) {
        try {
            return Path.of(model);
        } catch (InvalidPathException e) {
            throw new EngineException(ErrorCode.INVALID_FILE, "model_path: no folder can be named so", e);
        }
    }

    Path config(String component) {
        return folder.resolve(component).resolve("config.json");
    }

    /**
     * The transformer's shape.
     *
     * @throws EngineException {@code INVALID_FILE} where it does not fit the other components
     */
    TransformerConfig transformer() {
        TransformerConfig shape = TransformerConfig.read(config(TransformerStage.COMPONENT));
        ComponentWidths.check(
                folder.resolve(TransformerStage.COMPONENT),
                ClipConfig.read(config(TextEncoders.CLIP)),
                T5Config.read(config(TextEncoders.T5)),
                shape,
                AutoencoderConfig.read(config(AutoencoderStage.COMPONENT)));
        return shape;
    }

    /** A component's parameters in float32: read, or drawn where it has no weights. */
    Parameters parameters(String component, long seed) {
        return parameters(component, seed, ScalarType.Float);
    }

    /** The same in another type. */
    Parameters parameters(String component, long seed, ScalarType type) {
        return hasWeights(component) ? Parameters.read(folder.resolve(component), type) : Parameters.random(seed, type);
    }

    /**
     * The parameters of a component that this run does not make.
     *
     * @throws EngineException {@code INVALID_FILE} where it has no weights
     */
    Parameters trained(String component, ScalarType type) {
        if (!hasWeights(component)) {
            throw new EngineException(
                    ErrorCode.INVALID_FILE,
                    folder.resolve(component) + ": has no weights; this stage needs a trained one");
        }
        return parameters(component, 0, type);
    }

    /** Tells a component from another by its files: configuration, weights, vocabulary. */
    String hash(String component) {
        ModelHash hash = new ModelHash();
        for (Path file : list(folder.resolve(component), Files::isRegularFile)) {
            hash.file(file.getFileName().toString(), file);
        }
        return hash.hex();
    }

    /** Tells a model from another by its components. */
    String hash() {
        ModelHash hash = new ModelHash();
        for (Path component : list(folder, Files::isDirectory)) {
            String name = component.getFileName().toString();
            hash.text(name, hash(name));
        }
        return hash.hex();
    }

    private static List<Path> list(Path folder, Predicate<Path> which) {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.filter(which).sorted().toList();
        } catch (IOException e) {
            throw EngineException.invalidFile(folder, "cannot be read", e);
        }
    }

    boolean hasWeights(String component) {
        return holdsWeights(folder.resolve(component));
    }

    private static boolean holdsWeights(Path component) {
        return !list(component, file -> file.getFileName().toString().endsWith(WEIGHTS))
                .isEmpty();
    }

    /**
     * Copies all but what {@code target} has already; of a component with weights there no weights of another name either.
     *
     * @param stored what float32 weights are written in; others stay as they are
     */
    void copyTo(Path target, DType stored) {
        Map<Path, Boolean> made = new HashMap<>();
        try {
            Folders.copyMissing(
                    folder,
                    target,
                    file -> !isOfWeights(file) || !made.computeIfAbsent(file.getParent(), StartingModel::holdsWeights),
                    (from, to) -> copy(from, to, stored));
        } catch (IOException e) {
            throw EngineException.invalidFile(target, "cannot be written", e);
        }
    }

    private static void copy(Path from, Path to, DType stored) throws IOException {
        if (from.getFileName().toString().endsWith(WEIGHTS)) {
            Products.copyWeights(from, to, stored);
        } else {
            Files.copy(from, to);
        }
    }

    /** Shards of weights have names of their own, and an index. */
    private static boolean isOfWeights(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(WEIGHTS) || name.endsWith(WEIGHTS + ".index.json");
    }
}
