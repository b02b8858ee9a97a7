package dev.reflectionflow.train.data;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.run.Hashes;
import dev.reflectionflow.weights.SafetensorsFile;
import dev.reflectionflow.weights.SafetensorsWriter;
import dev.reflectionflow.weights.TensorData;
import dev.reflectionflow.weights.WeightView;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * Tensors on the disk by the hash of what they were computed from, such as latents and text embeddings: what does not change
 * is computed once, also across runs. Each entry is a safetensors file; a damaged one counts as absent. Thread-safe, also
 * between processes: equal keys have equal contents, and files appear whole.
 */
public final class TensorCache {
    private static final String CHECKSUM = "crc32";

    private final Path folder;

    /**
     * A cache in a folder.
     *
     * @param folder made where it is missing, with the first entry
     */
    public TensorCache(Path folder) {
        this.folder = folder;
    }

    /**
     * The key of an entry.
     *
     * @param parts all that decides the tensors: what they are, the model's hash, the hash of the picture or the text itself;
     *     their order and borders count
     */
    public static String key(String... parts) {
        StringBuilder all = new StringBuilder();
        for (String part : parts) {
            all.append(part.length()).append(':').append(part);
        }
        return Hashes.sha256(all.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** The entry's tensors in the order of the file, or empty where there is none or it is damaged. */
    public Optional<List<TensorData>> get(String key) {
        Path file = file(key);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            SafetensorsFile entry = SafetensorsFile.open(file);
            List<TensorData> tensors = new ArrayList<>();
            for (WeightView view : entry.tensors().values()) {
                tensors.add(new TensorData(view.name(), view.dtype(), view.shape(), view.read()));
            }
            boolean whole = checksum(tensors).equals(entry.metadata().get(CHECKSUM));
            return whole ? Optional.of(tensors) : Optional.empty();
        } catch (EngineException e) {
            return Optional.empty();
        }
    }

    /**
     * Keeps tensors.
     *
     * @throws EngineException {@code INVALID_FILE} where they cannot be written
     */
    public void put(String key, List<TensorData> tensors) {
        SafetensorsWriter.write(file(key), tensors, Map.of(CHECKSUM, checksum(tensors)));
    }

    /** Folders of at most 1/256 of the entries each. */
    private Path file(String key) {
        return folder.resolve(key.substring(0, 2)).resolve(key + ".safetensors");
    }

    /** Of all elements in the order of the names. */
    private static String checksum(List<TensorData> tensors) {
        CRC32 crc = new CRC32();
        tensors.stream().sorted(Comparator.comparing(TensorData::name)).forEach(tensor -> {
            ByteBuffer data = tensor.data().duplicate();
            crc.update(tensor.name().getBytes(StandardCharsets.UTF_8));
            crc.update(data);
        });
        return Long.toHexString(crc.getValue());
    }
}
