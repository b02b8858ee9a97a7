package dev.reflectionflow.weights;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The folder in which Hugging Face's tools keep downloads: {@code models--owner--name/{refs,snapshots}}. Read only. */
final class HuggingFaceCache {
    private static final Pattern ID =
            Pattern.compile("([A-Za-z0-9][\\w.-]*)/([A-Za-z0-9][\\w.-]*)(?:@([\\w.-]+(?:/[\\w.-]+)*))?");

    private final Path root;

    HuggingFaceCache(Map<String, String> environment) {
        this.root = root(environment);
    }

    private static Path root(Map<String, String> environment) {
        for (String name : new String[] {"HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"}) {
            if (isSet(environment, name)) {
                return Path.of(environment.get(name));
            }
        }
        if (isSet(environment, "HF_HOME")) {
            return Path.of(environment.get("HF_HOME"), "hub");
        }
        if (isSet(environment, "XDG_CACHE_HOME")) {
            return Path.of(environment.get("XDG_CACHE_HOME"), "huggingface", "hub");
        }
        String home = isSet(environment, "HOME") ? environment.get("HOME") : System.getProperty("user.home");
        return Path.of(home, ".cache", "huggingface", "hub");
    }

    private static boolean isSet(Map<String, String> environment, String name) {
        return !environment.getOrDefault(name, "").isBlank();
    }

    static boolean isId(String model) {
        return ID.matcher(model).matches() && !model.contains("..");
    }

    /** The folder of all revisions of a model. */
    Path folder(String id) {
        Matcher parts = parse(id);
        return root.resolve("models--" + parts.group(1) + "--" + parts.group(2));
    }

    /** The snapshot of a model's revision ({@code main} where the id names none), if it is in the cache. */
    Optional<Path> find(String id) {
        String revision = parse(id).group(3) == null ? "main" : parse(id).group(3);
        Path folder = folder(id);
        Path ref = folder.resolve("refs").resolve(revision);
        String commit = revision;
        if (Files.isRegularFile(ref)) {
            try {
                commit = Files.readString(ref).strip();
            } catch (IOException e) {
                throw InvalidFile.of(ref, e);
            }
            if (!commit.matches("[0-9A-Za-z]{1,64}")) {
                throw InvalidFile.of(ref, "does not hold the name of a snapshot");
            }
        }
        return Optional.of(folder.resolve("snapshots").resolve(commit)).filter(Files::isDirectory);
    }

    /** As {@link #find}, with an error that helps. */
    Path snapshot(String id) {
        return find(id).orElseThrow(() -> new EngineException(ErrorCode.INVALID_FILE, notFound(id)));
    }

    private String notFound(String id) {
        String bare = id.replaceFirst("@.*", "");
        String revision = id.equals(bare) ? "" : " --revision " + id.substring(bare.length() + 1);
        String licence = bare.equals("black-forest-labs/FLUX.1-dev")
                ? " (first accept its non-commercial licence at https://huggingface.co/" + bare + ")"
                : "";
        return id + ": not in the Hugging Face cache, sought in " + folder(id)
                + "; get it with: huggingface-cli download " + bare + revision + licence;
    }

    private static Matcher parse(String id) {
        Matcher parts = ID.matcher(id);
        if (!parts.matches()) {
            throw new EngineException(ErrorCode.INVALID_FILE, id + ": not a Hugging Face id such as owner/name");
        }
        return parts;
    }
}
