package dev.reflectionflow.weights;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model of a known shape whose weights lie in no file: the engine draws them, so that anyone can measure FLUX without
 * its weights. Text encoders have no layers; prompts' embeddings are drawn too. Pictures are noise.
 */
public final class RandomModel {
    /** The shapes by name; {@code NAME:D,S} has D double-stream and S single-stream blocks instead of its own. */
    public static final List<String> SHAPES = List.of("flux-dev", "flux-schnell", ShippedModel.ID);

    /** Few, because a measurement needs no good picture. */
    private static final int STEPS = 4;

    private static final Pattern SHAPE = Pattern.compile("([a-z-]+)(?::(\\d{1,3}),(\\d{1,3}))?");
    private static final int MOST_TOKENS_SCENES = 64;

    private RandomModel() {}

    /**
     * The model of a shape, such as {@code flux-dev} or {@code flux-dev:2,4}.
     *
     * @param type of the weights, and of what is computed with them
     * @throws EngineException {@code INVALID_ARGUMENT} for a shape that there is not
     */
    public static ModelWeights of(String shape, DType type) {
        return of(shape, type, false);
    }

    /**
     * The same with FLUX.1's own number of steps and the layers of its text encoders where the shape is one of FLUX.1's:
     * for reckoning with sizes only, the engine draws no such weights.
     *
     * @throws EngineException {@code INVALID_ARGUMENT} for a shape that there is not
     */
    public static ModelWeights withTextEncoders(String shape, DType type) {
        return of(shape, type, true);
    }

    private static ModelWeights of(String shape, DType type, boolean textEncoders) {
        Matcher parts = SHAPE.matcher(shape);
        if (!parts.matches() || !SHAPES.contains(parts.group(1))) {
            throw new EngineException(
                    ErrorCode.INVALID_ARGUMENT,
                    "random weights \"" + shape + "\": there are " + String.join(", ", SHAPES)
                            + ", and each with its numbers of blocks, such as flux-dev:2,4");
        }
        boolean scenes = parts.group(1).equals(ShippedModel.ID);
        boolean guided = parts.group(1).equals("flux-dev");
        TransformerConfig whole = scenes ? scenesTransformer() : fluxTransformer(guided);
        TransformerConfig transformer =
                parts.group(2) == null ? whole : whole.withBlocks(number(parts, 2), number(parts, 3));
        AutoencoderConfig autoencoder = scenes ? scenesAutoencoder() : fluxAutoencoder();
        boolean layers = textEncoders && !scenes;
        ClipConfig clip = layers ? fluxClip() : new ClipConfig(1, transformer.pooledWidth(), 1, 0, 1, 2, 1e-5, true, 0);
        T5Config t5 = layers ? fluxT5() : new T5Config(1, transformer.textWidth(), 1, 1, 0, 1, 4, 8, 1e-6);
        return new ModelWeights(
                new ModelFiles("random " + shape, null, null, null),
                clip,
                t5,
                transformer,
                autoencoder,
                new SchedulerConfig(1000, guided, guided ? 3 : 1, 0.5, 1.15, 256, 4096),
                defaults(scenes, guided, layers ? (guided ? 28 : 4) : STEPS),
                views(clip, t5, transformer, autoencoder, type),
                List.of());
    }

    private static GenerationDefaults defaults(boolean scenes, boolean guided, int steps) {
        int side = scenes ? 128 : 1024;
        int tokens = scenes ? MOST_TOKENS_SCENES : guided ? 512 : 256;
        double guidance = scenes ? 3 : guided ? 3.5 : 0;
        return new GenerationDefaults(side, side, steps, guidance, tokens);
    }

    private static Map<String, WeightView> views(
            ClipConfig clip, T5Config t5, TransformerConfig transformer, AutoencoderConfig autoencoder, DType type) {
        Map<String, WeightView> views = new TreeMap<>();
        for (Map<String, long[]> part : List.of(
                ExpectedWeights.clip(clip),
                ExpectedWeights.t5(t5),
                ExpectedWeights.transformer(transformer),
                AutoencoderWeights.of(autoencoder))) {
            part.forEach((name, sizes) -> views.put(name, new WeightView(name, null, 0, type, sizes)));
        }
        return views;
    }

    private static TransformerConfig fluxTransformer(boolean guided) {
        return new TransformerConfig(19, 38, 24, 128, 64, 64, 4096, 768, guided, List.of(16, 56, 56));
    }

    private static ClipConfig fluxClip() {
        return new ClipConfig(49408, 768, 3072, 12, 12, 77, 1e-5, true, 2);
    }

    private static T5Config fluxT5() {
        return new T5Config(32128, 4096, 64, 10240, 24, 64, 32, 128, 1e-6);
    }

    private static AutoencoderConfig fluxAutoencoder() {
        return new AutoencoderConfig(16, List.of(128, 256, 512, 512), 2, 32, 0.3611, 0.1159);
    }

    private static TransformerConfig scenesTransformer() {
        return new TransformerConfig(2, 4, 6, 32, 64, 64, 128, 128, true, List.of(8, 12, 12));
    }

    private static AutoencoderConfig scenesAutoencoder() {
        return new AutoencoderConfig(16, List.of(16, 32, 48, 64), 1, 8, 1, 0);
    }

    private static int number(Matcher parts, int group) {
        return Integer.parseInt(parts.group(group));
    }
}
