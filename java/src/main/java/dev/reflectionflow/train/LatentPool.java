package dev.reflectionflow.train;

import dev.reflectionflow.RgbImage;
import dev.reflectionflow.scenes.ScenePrompt;
import dev.reflectionflow.scenes.SceneWording;
import dev.reflectionflow.train.nn.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Scenes as the transformer sees them, encoded once and drawn from again and again: normalised latents as tokens, in
 * bfloat16, with what the prompts mean; each time a prompt is put into other words. Where the scene has a reflection that
 * would have led to it, the words end with it, so that a corrector finds a transformer that has read such words before.
 */
final class LatentPool implements AutoCloseable {
    private static final int AT_ONCE = 32;

    /**
     * Some of them.
     *
     * @param tokens (B, S_img, C), float32
     * @param texts a prompt for each
     * @param descriptions the prompt, or prompt and reflection
     */
    record Drawn(Tensor tokens, List<String> texts, List<String> descriptions) {}

    /** What a scene is about; the reflection may be empty. */
    record Words(ScenePrompt prompt, String reflection) {}

    private final Tensor tokens; // (N, S_img, C) bfloat16
    private final List<Words> words;
    private final int side;

    /** @param tokens (N, S_img, C) bfloat16, kept; the pool releases them */
    LatentPool(Tensor tokens, List<Words> words, int side) {
        this.tokens = tokens;
        this.words = words;
        this.side = side;
    }

    /** Scenes of the training prompts: those that this run encoded before with the same autoencoder, or new ones. */
    static LatentPool open(TrainConfig config, StartingModel model, TrainingListener listener) {
        int size = config.dataset().pool();
        LatentPoolFile file = new LatentPoolFile(
                config.savePath().resolve("latents.safetensors"),
                "seed " + config.seed() + ", " + size + " scenes, " + config.compute() + ", autoencoder "
                        + model.hash(AutoencoderStage.COMPONENT));
        return file.read().orElseGet(() -> file.write(encode(config, model, size, listener)));
    }

    private static LatentPool encode(TrainConfig config, StartingModel model, int size, TrainingListener listener) {
        MixedScenes scenes = new MixedScenes(config.seed());
        List<Words> words = new ArrayList<>();
        Tensor all = null;
        int side = 0;
        try (FrozenAutoencoder autoencoder = new FrozenAutoencoder(model, config.compute())) {
            for (int first = 0; first < size; first += AT_ONCE) {
                int count = Math.min(AT_ONCE, size - first);
                List<RgbImage> images = new ArrayList<>();
                for (int i = first; i < first + count; i++) {
                    MixedScenes.Example scene = scenes.at(i);
                    images.add(scene.sample().image());
                    words.add(new Words(scene.sample().prompt(), scene.reflection()));
                }
                try (PointerScope scope = new PointerScope()) {
                    Tensor tokens = autoencoder
                            .tokens(images, new Noise(config.seed(), first, -2))
                            .to(ScalarType.BFloat16);
                    if (all == null) {
                        side = images.get(0).width() / autoencoder.pixelsPerToken();
                        long[] whole = {size, tokens.size(1), tokens.size(2)};
                        all = Tensors.keep(torch.empty(whole, tokens.options(), null));
                    }
                    all.narrow(0, first, count).copy_(tokens);
                }
                if (first / AT_ONCE % 64 == 0) {
                    listener.note("encoded " + first + " of " + size + " scenes");
                }
            }
        }
        return new LatentPool(all, words, side);
    }

    /** So many of them, by chance. */
    Drawn draw(int size, Noise random) {
        long[] rows = new long[size];
        List<String> texts = new ArrayList<>();
        List<String> descriptions = new ArrayList<>();
        SceneWording[] wordings = SceneWording.values();
        for (int i = 0; i < size; i++) {
            int row = random.below(words.size());
            rows[i] = row;
            String text =
                    wordings[random.below(wordings.length)].of(words.get(row).prompt());
            String reflection = words.get(row).reflection();
            texts.add(text);
            descriptions.add(MixedScenes.description(text, reflection));
        }
        Tensor drawn = tokens.index_select(0, Tensors.ofLongs(rows, size)).to(ScalarType.Float);
        return new Drawn(drawn, texts, descriptions);
    }

    Tensor tokens() {
        return tokens;
    }

    List<Words> words() {
        return words;
    }

    /** Rows and columns of tokens. */
    int side() {
        return side;
    }

    @Override
    public void close() {
        Tensors.release(tokens);
    }
}
