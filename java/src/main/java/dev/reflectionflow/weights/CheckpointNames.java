package dev.reflectionflow.weights;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Turns a component's tensors, whatever project named them, into views under our names, and checks that they are exactly
 * the tensors that the configuration asks for, each of its shape and of a type that the engine computes with.
 *
 * <p>Every method takes the component's tensors by their stored names and throws {@code INVALID_FILE} naming
 * {@code source} and the tensors concerned.
 */
public final class CheckpointNames {
    private static final Pattern CLIP_IGNORABLE =
            Pattern.compile("(text_model\\.)?embeddings\\.position_ids|text_projection(\\.weight)?|logit_scale");
    private static final String COMFY_PREFIX = "model.diffusion_model.";

    private CheckpointNames() {}

    /** CLIP weights: {@code clip.*}. */
    public static Map<String, WeightView> clip(Path source, Map<String, WeightView> stored, ClipConfig config) {
        Renaming renaming = new Renaming(source, ExpectedWeights.clip(config));
        stored.forEach((name, view) -> {
            Optional<String> ours = TextEncoderNames.clip(name);
            if (ours.isPresent()) {
                renaming.add(view.named(ours.get()));
            } else if (!CLIP_IGNORABLE.matcher(name).matches()) {
                renaming.unknown(name);
            }
        });
        return renaming.finish();
    }

    /** T5 encoder weights: {@code t5.*}. */
    public static Map<String, WeightView> t5(Path source, Map<String, WeightView> stored, T5Config config) {
        Renaming renaming = new Renaming(source, ExpectedWeights.t5(config));
        stored.forEach((name, view) -> {
            Optional<String> ours = TextEncoderNames.t5(name);
            boolean copyOfShared = name.equals("encoder.embed_tokens.weight") && stored.containsKey("shared.weight");
            if (ours.isEmpty()) {
                renaming.unknown(name);
            } else if (!copyOfShared) {
                renaming.add(view.named(ours.get()));
            }
        });
        return renaming.finish();
    }

    /** FLUX transformer weights: {@code transformer.*}, from diffusers' names or from BFL's. */
    public static Map<String, WeightView> transformer(
            Path source, Map<String, WeightView> stored, TransformerConfig config) {
        Renaming renaming = new Renaming(source, ExpectedWeights.transformer(config));
        stored.forEach((name, view) -> {
            String bare = name.startsWith(COMFY_PREFIX) ? name.substring(COMFY_PREFIX.length()) : name;
            int dot = bare.lastIndexOf('.');
            String suffix = dot < 0 ? "" : bare.substring(dot);
            String ourSuffix = suffix.equals(".scale") ? ".weight" : suffix;
            List<ModuleNames.Part> parts = dot < 0 ? List.of() : ModuleNames.ofDotted(bare.substring(0, dot));
            if (parts.isEmpty()) {
                renaming.unknown(name);
            } else {
                ModuleNames.split(view, parts, ourSuffix).forEach(renaming::add);
            }
        });
        return renaming.finish();
    }

    /** Autoencoder weights: {@code vae.*}, from diffusers' names or from BFL's. */
    public static Map<String, WeightView> autoencoder(
            Path source, Map<String, WeightView> stored, AutoencoderConfig config) {
        Map<String, long[]> expected = AutoencoderWeights.of(config);
        Renaming renaming = new Renaming(source, expected);
        Optional<Integer> bflLevels = AutoencoderNames.bflLevels(stored.keySet());
        stored.forEach((name, view) -> {
            String ours = bflLevels
                    .map(levels -> AutoencoderNames.fromBfl(name, levels))
                    .orElseGet(() -> AutoencoderNames.fromDiffusers(name));
            long[] shape = expected.get(ours);
            if (shape == null) {
                renaming.unknown(name);
            } else {
                renaming.add(isPointwise(view, shape) ? view.named(ours).reshaped(shape) : view.named(ours));
            }
        });
        return renaming.finish();
    }

    /** Whether a 1x1 convolution's [C,C,1,1] stands for the matrix [C,C] (BFL's attention). */
    private static boolean isPointwise(WeightView view, long[] wanted) {
        long[] shape = view.shape();
        return wanted.length == 2
                && shape.length == 4
                && shape[0] == wanted[0]
                && shape[1] == wanted[1]
                && shape[2] == 1
                && shape[3] == 1;
    }
}
