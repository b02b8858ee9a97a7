package dev.reflectionflow.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reflectionflow.Golden;
import dev.reflectionflow.scenes.SceneVocabulary;
import dev.reflectionflow.text.WordTokenizers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** A folder to train from scratch from: tokenizers of scenes, and the golden model's configurations, smaller, without weights. */
public final class TinyStart {
    private static final String GOLDEN = "tiny-flux-dev";
    private static final ObjectMapper JSON = new ObjectMapper();

    private TinyStart() {}

    /** Writes the folder. */
    public static Path write(Path folder) throws IOException {
        WordTokenizers.writeClip(folder.resolve("tokenizer"), SceneVocabulary.words());
        WordTokenizers.writeT5(folder.resolve("tokenizer_2"), SceneVocabulary.words(), 16);
        copy(folder, "model_index.json", json -> {});
        copy(folder, "scheduler/scheduler_config.json", json -> {});
        copy(
                folder,
                "text_encoder/config.json",
                json -> json.put("vocab_size", 1000).put("num_hidden_layers", 1));
        copy(
                folder,
                "text_encoder_2/config.json",
                json -> json.put("vocab_size", 200).put("num_layers", 1));
        copy(
                folder,
                "transformer/config.json",
                json -> json.put("num_layers", 1).put("num_single_layers", 1));
        copy(
                folder,
                "vae/config.json",
                json -> json.put("layers_per_block", 1)
                        .set("block_out_channels", JSON.valueToTree(List.of(4, 4, 8, 8))));
        Files.writeString(
                folder.resolve("generation_config.json"),
                "{\"width\": 64, \"height\": 64, \"num_inference_steps\": 2, \"guidance_scale\": 2.0, "
                        + "\"max_sequence_length\": 16}\n");
        return folder;
    }

    private static void copy(Path folder, String name, Consumer<ObjectNode> change) throws IOException {
        ObjectNode json = (ObjectNode) Golden.json(GOLDEN + "/" + name);
        change.accept(json);
        Files.createDirectories(folder.resolve(name).getParent());
        Files.writeString(folder.resolve(name), json.toPrettyString());
    }
}
