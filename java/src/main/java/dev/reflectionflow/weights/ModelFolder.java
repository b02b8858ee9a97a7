package dev.reflectionflow.weights;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the files of a model by what the user wrote: a diffusers folder, a single safetensors file of a transformer, or a
 * Hugging Face id ({@code owner/name} or {@code owner/name@revision}) in the local cache. Never uses the network.
 */
public final class ModelFolder {
    private static final List<String> SHARED_PARTS =
            List.of("text_encoder", "text_encoder_2", "tokenizer", "tokenizer_2", "scheduler");

    private final HuggingFaceCache cache;

    /** @param environment variables that say where the cache is: HF_HUB_CACHE, HF_HOME, XDG_CACHE_HOME, HOME */
    public ModelFolder(Map<String, String> environment) {
        this.cache = new HuggingFaceCache(environment);
    }

    /**
     * Resolves a model with this process's environment; null, or {@link ShippedModel#ID} where nothing else is called so,
     * is the shipped model.
     *
     * @see #resolve(String, Path)
     */
    public static ModelFiles find(String model, Path components) {
        boolean shipped = model == null
                || (model.equals(ShippedModel.ID) && existing(model).isEmpty());
        return shipped
                ? folder(ShippedModel.ID, ShippedModel.folder(), components)
                : new ModelFolder(System.getenv()).resolve(model, components);
    }

    /**
     * Finds a model's files.
     *
     * @param model folder, safetensors file, or Hugging Face id
     * @param components diffusers folder with what a single file lacks (text encoders, tokenizers, scheduler, autoencoder
     *     where no {@code ae.safetensors} lies beside the file); null looks beside the file, then for the cached
     *     FLUX.1-dev and FLUX.1-schnell
     * @throws EngineException {@code INVALID_FILE} that says what is missing, where it was sought and how to get it
     */
    public ModelFiles resolve(String model, Path components) {
        Optional<Path> path = existing(model);
        if (path.isPresent() && Files.isDirectory(path.get())) {
            return folder(model, path.get(), components);
        }
        if (path.isPresent()) {
            return singleFile(model, path.get(), components);
        }
        if (HuggingFaceCache.isId(model)) {
            return folder(model, cache.snapshot(model), components);
        }
        throw new EngineException(
                ErrorCode.INVALID_FILE,
                InvalidFile.oneLine(model)
                        + ": no such folder or file, and not a Hugging Face id such as black-forest-labs/FLUX.1-dev");
    }

    private static Optional<Path> existing(String model) {
        try {
            return Optional.of(Path.of(model)).filter(path -> !model.isEmpty() && Files.exists(path));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static ModelFiles folder(String id, Path folder, Path components) {
        if (components != null) {
            throw new EngineException(
                    ErrorCode.INVALID_ARGUMENT,
                    folder + ": a components folder goes with a single safetensors file, not with a model folder");
        }
        List<String> missing = missing(folder);
        for (String part : new String[] {"transformer", "vae"}) {
            if (!Files.isDirectory(folder.resolve(part))) {
                missing.add(part);
            }
        }
        if (!missing.isEmpty()) {
            throw InvalidFile.of(folder, "not a whole diffusers folder, missing " + String.join(", ", missing));
        }
        return new ModelFiles(id, folder, folder.resolve("transformer"), folder.resolve("vae"));
    }

    private ModelFiles singleFile(String id, Path file, Path components) {
        Path base = components != null ? components : companions(file);
        List<String> missing = missing(base);
        Path beside = file.toAbsolutePath().resolveSibling("ae.safetensors");
        Path autoencoder = Files.isRegularFile(beside) ? beside : base.resolve("vae");
        if (!Files.exists(autoencoder)) {
            missing.add("vae (or ae.safetensors beside " + file.getFileName() + ")");
        }
        if (!missing.isEmpty()) {
            throw InvalidFile.of(base, "components for " + file + " are missing: " + String.join(", ", missing));
        }
        return new ModelFiles(id, base, file, autoencoder);
    }

    private Path companions(Path file) {
        Path beside = file.toAbsolutePath().getParent();
        List<String> sought = new ArrayList<>();
        if (missing(beside).isEmpty()) {
            return beside;
        }
        sought.add(beside.toString());
        for (String id : new String[] {"black-forest-labs/FLUX.1-dev", "black-forest-labs/FLUX.1-schnell"}) {
            Optional<Path> snapshot = cache.find(id);
            if (snapshot.isPresent() && missing(snapshot.get()).isEmpty()) {
                return snapshot.get();
            }
            sought.add(cache.folder(id).toString());
        }
        throw InvalidFile.of(
                file,
                "a single file holds the transformer only; text encoders, tokenizers and scheduler were sought in "
                        + String.join(", ", sought) + "; name a diffusers folder that has them (--components DIR)");
    }

    private static List<String> missing(Path folder) {
        return new ArrayList<>(SHARED_PARTS.stream()
                .filter(part -> !Files.isDirectory(folder.resolve(part)))
                .toList());
    }
}
