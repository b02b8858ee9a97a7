package dev.reflectionflow.train;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.train.nn.Parameters;
import dev.reflectionflow.weights.AutoencoderConfig;
import dev.reflectionflow.weights.ClipConfig;
import dev.reflectionflow.weights.ComponentWidths;
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
import java.util.Map;
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
        Path owner = folder.resolve(component);
        try (Stream<Path> files = Files.list(owner)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                hash.file(file.getFileName().toString(), file);
            }
        } catch (IOException e) {
            throw EngineException.invalidFile(owner, "cannot be read", e);
        }
        return hash.hex();
    }

    boolean hasWeights(String component) {
        return holdsWeights(folder.resolve(component));
    }

    private static boolean holdsWeights(Path component) {
        try (Stream<Path> files = Files.list(component)) {
            return files.anyMatch(file -> file.getFileName().toString().endsWith(WEIGHTS));
        } catch (IOException e) {
            throw EngineException.invalidFile(component, "cannot be read", e);
        }
    }

    /** Copies all but what {@code target} has already; of a component with weights there no weights of another name either. */
    void copyTo(Path target) {
        Map<Path, Boolean> made = new HashMap<>();
        try {
            Folders.copyMissing(
                    folder,
                    target,
                    file -> !isOfWeights(file) || !made.computeIfAbsent(file.getParent(), StartingModel::holdsWeights));
        } catch (IOException e) {
            throw EngineException.invalidFile(target, "cannot be written", e);
        }
    }

    /** Shards of weights have names of their own, and an index. */
    private static boolean isOfWeights(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(WEIGHTS) || name.endsWith(WEIGHTS + ".index.json");
    }
}
