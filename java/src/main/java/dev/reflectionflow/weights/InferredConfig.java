package dev.reflectionflow.weights;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the shape of a network off the tensors of a single file, which comes without a configuration. */
final class InferredConfig {
    private static final Pattern BLOCK = Pattern.compile(
            "(transformer_blocks|single_transformer_blocks|double_blocks|single_blocks)\\.(\\d{1,4})\\..+");
    private static final int FLUX_HEAD_SIZE = 128;
    private static final List<Integer> FLUX_AXES = List.of(16, 56, 56);

    private InferredConfig() {}

    /**
     * A transformer's configuration.
     *
     * @param base where {@code transformer/config.json} may tell the axes when the head size is not FLUX.1's 128
     */
    static TransformerConfig transformer(Path source, Map<String, WeightView> stored, Path base) {
        Map<String, WeightView> views = withoutPrefix(stored);
        long[] image = shape(source, views, "img_in.weight", "x_embedder.weight");
        long[] text = shape(source, views, "txt_in.weight", "context_embedder.weight");
        long[] pooled =
                shape(source, views, "vector_in.in_layer.weight", "time_text_embed.text_embedder.linear_1.weight");
        int headSize = headSize(source, views);
        if (image[0] % headSize != 0) {
            throw InvalidFile.of(source, "width " + image[0] + " is not a multiple of the head size " + headSize);
        }
        return new TransformerConfig(
                blocks(views, "double_blocks", "transformer_blocks"),
                blocks(views, "single_blocks", "single_transformer_blocks"),
                (int) (image[0] / headSize),
                headSize,
                (int) image[1],
                (int) image[1],
                (int) text[1],
                (int) pooled[1],
                views.containsKey("guidance_in.in_layer.weight")
                        || views.containsKey("time_text_embed.guidance_embedder.linear_1.weight"),
                axes(source, headSize, base));
    }

    private static Map<String, WeightView> withoutPrefix(Map<String, WeightView> stored) {
        Map<String, WeightView> views = new java.util.HashMap<>();
        stored.forEach((name, view) -> views.put(name.replaceFirst("^model\\.diffusion_model\\.", ""), view));
        return views;
    }

    private static int headSize(Path source, Map<String, WeightView> views) {
        for (String name : new String[] {
            "double_blocks.0.img_attn.norm.query_norm.scale", "transformer_blocks.0.attn.norm_q.weight",
            "single_blocks.0.norm.query_norm.scale", "single_transformer_blocks.0.attn.norm_q.weight"
        }) {
            WeightView view = views.get(name);
            if (view != null && view.shape().length == 1) {
                long size = view.shape()[0];
                if (size < TransformerConfig.LEAST_HEAD_SIZE || size > TransformerConfig.MOST_HEAD_SIZE) {
                    throw InvalidFile.of(source, "head size " + size + " is not 16 to 128");
                }
                return (int) size;
            }
        }
        throw InvalidFile.of(source, "no FLUX transformer: no query norm from which to read the head size");
    }

    private static int blocks(Map<String, WeightView> views, String... kinds) {
        int count = 0;
        for (String name : views.keySet()) {
            Matcher block = BLOCK.matcher(name);
            if (block.matches() && List.of(kinds).contains(block.group(1))) {
                count = Math.max(count, Integer.parseInt(block.group(2)) + 1);
            }
        }
        return count;
    }

    private static List<Integer> axes(Path source, int headSize, Path base) {
        if (headSize == FLUX_HEAD_SIZE) {
            return FLUX_AXES;
        }
        Path config = base.resolve("transformer").resolve("config.json");
        if (Files.exists(config)) {
            TransformerConfig known = TransformerConfig.read(config);
            if (known.headSize() == headSize) {
                return known.ropeAxes();
            }
        }
        throw InvalidFile.of(
                source,
                "head size " + headSize + " is not FLUX.1's 128, and " + config + " does not tell its rope axes");
    }

    /** An autoencoder's configuration: FLUX.1's factors with the channels of the tensors, in either naming. */
    static AutoencoderConfig autoencoder(Path source, Map<String, WeightView> stored) {
        List<Integer> channels = new ArrayList<>();
        String pattern = stored.containsKey("encoder.down.0.block.0.conv1.weight")
                ? "encoder.down.%d.block.%d.conv1.weight"
                : "encoder.down_blocks.%d.resnets.%d.conv1.weight";
        while (stored.containsKey(pattern.formatted(channels.size(), 0))) {
            channels.add((int) shape(source, stored, pattern.formatted(channels.size(), 0))[0]);
        }
        int resnets = 0;
        while (stored.containsKey(pattern.formatted(0, resnets))) {
            resnets++;
        }
        if (channels.size() != 4) {
            throw InvalidFile.of(source, "no FLUX autoencoder: its encoder has " + channels.size() + " levels, not 4");
        }
        int latentChannels = (int) shape(source, stored, "decoder.conv_in.weight")[1];
        if (channels.stream().anyMatch(count -> count % 32 != 0)) {
            throw InvalidFile.of(source, "channels " + channels + " are not multiples of FLUX.1's 32 norm groups");
        }
        return new AutoencoderConfig(latentChannels, channels, resnets, 32, 0.3611, 0.1159);
    }

    private static long[] shape(Path source, Map<String, WeightView> views, String... names) {
        for (String name : names) {
            WeightView view = views.get(name);
            if (view != null && view.shape().length >= 2 && view.shape()[0] <= 1 << 20 && view.shape()[1] <= 1 << 20) {
                return view.shape();
            }
        }
        throw InvalidFile.of(source, "no tensor " + String.join(" or ", names) + " of a usable shape");
    }
}
