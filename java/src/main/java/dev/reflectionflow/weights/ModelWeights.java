package dev.reflectionflow.weights;

import dev.reflectionflow.EngineException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Everything that the engine must know of a model before it loads a byte of data: shapes, defaults, and a view of every
 * weight under our names. All of it has been checked against the configurations.
 *
 * @param files where the parts are
 * @param clip text encoder for the pooled projections
 * @param t5 text encoder for the prompt embeddings
 * @param transformer the FLUX transformer
 * @param autoencoder between latents and pixels
 * @param scheduler spacing of the noise levels
 * @param defaults what to draw with where a request leaves it open
 * @param views our name to view, for all four networks
 * @param weightFiles the safetensors files, in a fixed order
 */
public record ModelWeights(
        ModelFiles files,
        ClipConfig clip,
        T5Config t5,
        TransformerConfig transformer,
        AutoencoderConfig autoencoder,
        SchedulerConfig scheduler,
        GenerationDefaults defaults,
        Map<String, WeightView> views,
        List<Path> weightFiles) {

    public ModelWeights {
        views = Collections.unmodifiableMap(views);
        weightFiles = List.copyOf(weightFiles);
    }

    /**
     * Reads and checks configurations and headers.
     *
     * @throws EngineException {@code INVALID_FILE} naming the file and the cause
     */
    public static ModelWeights open(ModelFiles files) {
        Path base = files.base();
        Path clipFolder = base.resolve("text_encoder");
        Path t5Folder = base.resolve("text_encoder_2");
        ClipConfig clip = ClipConfig.read(clipFolder.resolve("config.json"));
        T5Config t5 = T5Config.read(t5Folder.resolve("config.json"));
        ComponentFiles transformerFiles = ComponentFiles.open(files.transformer());
        ComponentFiles autoencoderFiles = ComponentFiles.open(files.autoencoder());
        TransformerConfig transformer = transformerConfig(files, transformerFiles);
        AutoencoderConfig autoencoder = autoencoderConfig(files, autoencoderFiles);
        ComponentWidths.check(files.transformer(), clip, t5, transformer, autoencoder);

        ComponentFiles clipFiles = ComponentFiles.open(clipFolder);
        ComponentFiles t5Files = ComponentFiles.open(t5Folder);
        Map<String, WeightView> views = new TreeMap<>();
        views.putAll(CheckpointNames.clip(clipFolder, clipFiles.tensors(), clip));
        views.putAll(CheckpointNames.t5(t5Folder, t5Files.tensors(), t5));
        views.putAll(CheckpointNames.transformer(files.transformer(), transformerFiles.tensors(), transformer));
        views.putAll(CheckpointNames.autoencoder(files.autoencoder(), autoencoderFiles.tensors(), autoencoder));
        List<Path> weightFiles = new ArrayList<>();
        for (ComponentFiles part : List.of(clipFiles, t5Files, transformerFiles, autoencoderFiles)) {
            weightFiles.addAll(part.files());
        }
        return new ModelWeights(
                files,
                clip,
                t5,
                transformer,
                autoencoder,
                SchedulerConfig.read(base.resolve("scheduler").resolve("scheduler_config.json")),
                GenerationDefaults.read(base, transformer.guidance()),
                views,
                weightFiles);
    }

    /** Whether the weights are to be drawn, see {@link RandomModel}. */
    public boolean random() {
        return files.base() == null;
    }

    /** Of all weights together. */
    public long bytes() {
        return views.values().stream().mapToLong(WeightView::byteLength).sum();
    }

    /**
     * Hex SHA-256 of weights, configurations and tokenizers, see {@link ModelHash}; equal for equal files wherever they
     * lie.
     */
    public String hash() {
        ModelHash hash = new ModelHash().text("model", transformer + "\n" + autoencoder + "\n" + scheduler);
        hash.text("text encoders", clip + "\n" + t5);
        if (random()) {
            return hash.text("weights", files.id()).hex();
        }
        for (Path file : weightFiles) {
            hash.file(file.getFileName().toString(), file);
        }
        for (Path file : List.of(
                files.clipTokenizer().resolve("vocab.json"),
                files.clipTokenizer().resolve("merges.txt"),
                files.t5Tokenizer().resolve("tokenizer.json"))) {
            if (Files.exists(file)) {
                hash.file(file.getFileName().toString(), file);
            }
        }
        return hash.hex();
    }

    private static TransformerConfig transformerConfig(ModelFiles files, ComponentFiles stored) {
        return Files.isDirectory(files.transformer())
                ? TransformerConfig.read(files.transformer().resolve("config.json"))
                : InferredConfig.transformer(files.transformer(), stored.tensors(), files.base());
    }

    private static AutoencoderConfig autoencoderConfig(ModelFiles files, ComponentFiles stored) {
        Path config = files.base().resolve("vae").resolve("config.json");
        return Files.isDirectory(files.autoencoder()) || Files.exists(config)
                ? AutoencoderConfig.read(
                        Files.isDirectory(files.autoencoder())
                                ? files.autoencoder().resolve("config.json")
                                : config)
                : InferredConfig.autoencoder(files.autoencoder(), stored.tensors());
    }
}
