package dev.reflectionflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reflectionflow.weights.DType;
import dev.reflectionflow.weights.SafetensorsFile;
import dev.reflectionflow.weights.SafetensorsWriter;
import dev.reflectionflow.weights.TensorData;
import dev.reflectionflow.weights.WeightView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Golden files that follow from others, written beside the copies that Maven makes of those: 4.8 MB that a checkout need
 * not carry. Each is what diffusers and transformers had stored, in content if not in layout.
 */
final class DerivedGolden {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String WEIGHTS = "diffusion_pytorch_model.safetensors";

    private DerivedGolden() {}

    /** Writes them all. JVMs that run at the same time replace each other's by equal ones. */
    static void write(Path root) throws IOException {
        SafetensorsFile transformer =
                SafetensorsFile.open(root.resolve("tiny-flux-dev/transformer").resolve(WEIGHTS));
        writeShards(transformer, root.resolve("tiny-flux-dev-sharded/transformer"));
        writeRounded(transformer, root.resolve("tiny-flux-dev-bf16/transformer").resolve(WEIGHTS));
        writeVocabulary(root.resolve("tiny-flux-dev/tokenizer"));
        writeVocabulary(root.resolve("tiny-flux-schnell/tokenizer"));
        writeCharacterMap(
                root.resolve("tiny-flux-dev/tokenizer_2/tokenizer.json"),
                root.resolve("tiny-flux-schnell/tokenizer_2"));
    }

    /** The shards that the folder's index, which diffusers wrote, asks for. */
    private static void writeShards(SafetensorsFile whole, Path folder) throws IOException {
        Map<String, List<TensorData>> shards = new TreeMap<>();
        JsonNode index = JSON.readTree(folder.resolve(WEIGHTS + ".index.json").toFile());
        index.get("weight_map").properties().forEach(entry -> {
            WeightView view = whole.tensor(entry.getKey());
            shards.computeIfAbsent(entry.getValue().asText(), name -> new ArrayList<>())
                    .add(new TensorData(view.name(), view.dtype(), view.shape(), view.read()));
        });
        shards.forEach((name, tensors) -> SafetensorsWriter.write(folder.resolve(name), tensors, Map.of()));
    }

    /** Rounded to bfloat16, ties to even: what CheckpointParityTest holds against the single file that PyTorch rounded. */
    private static void writeRounded(SafetensorsFile whole, Path file) {
        List<TensorData> tensors = whole.tensors().values().stream()
                .map(view -> {
                    float[] values = view.readFloats();
                    ByteBuffer data = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
                    for (float value : values) {
                        int bits = Float.floatToIntBits(value);
                        data.putShort((short) (bits + 0x7fff + (bits >> 16 & 1) >> 16));
                    }
                    return new TensorData(view.name(), DType.BF16, view.shape(), data.flip());
                })
                .toList();
        SafetensorsWriter.write(file, tensors, Map.of());
    }

    /** CLIP numbers its bytes, the bytes that end a word, what each merge makes, and two special tokens. */
    private static void writeVocabulary(Path folder) throws IOException {
        List<String> tokens = byteCharacters();
        List.copyOf(tokens).forEach(token -> tokens.add(token + "</w>"));
        List<String> merges = Files.readAllLines(folder.resolve("merges.txt"));
        merges.stream().skip(1).forEach(merge -> tokens.add(merge.replace(" ", "")));
        tokens.addAll(List.of("<|startoftext|>", "<|endoftext|>"));
        Map<String, Integer> ids = new LinkedHashMap<>();
        tokens.forEach(token -> ids.put(token, ids.size()));
        replace(folder.resolve("vocab.json"), ids);
    }

    /** A visible character for each byte: itself where it is one, and from U+0100 on for the others. */
    private static List<String> byteCharacters() {
        List<String> visible = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (int i = 0; i < 256; i++) {
            boolean shows = i > ' ' && i < 0x7f || i > 0xa0 && i != 0xad;
            (shows ? visible : others).add(Character.toString(shows ? i : 0x100 + others.size()));
        }
        visible.addAll(others);
        return visible;
    }

    /** Both T5 tokenizers have SentencePiece's map of characters, 316 KB. */
    private static void writeCharacterMap(Path from, Path folder) throws IOException {
        ObjectNode json = (ObjectNode)
                JSON.readTree(folder.resolve("tokenizer_without_map.json").toFile());
        JsonNode map = JSON.readTree(from.toFile()).findValue("precompiled_charsmap");
        ((ObjectNode) json.get("normalizer")).set("precompiled_charsmap", map);
        replace(folder.resolve("tokenizer.json"), json);
    }

    private static void replace(Path file, Object json) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID());
        JSON.writeValue(temporary.toFile(), json);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
