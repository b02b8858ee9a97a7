package dev.reflectionflow.image;

import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.RgbImage;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How a picture came about, as its PNG file says it: {@code parameters} for other tools, {@code reflectionflow} as JSON
 * from which the request can be made again.
 *
 * @param request with every default filled in, guidance possibly null where the model has none; its condition is null,
 *     see {@code condition}
 * @param condition how an earlier image was used; its pixels are not in the file
 * @param model the model as the user named it
 * @param modelHash hash of everything that pixels depend on
 * @param loras LoRA files and their scales
 * @param computed how it was computed, as far as that decides about pixels
 * @param extra anything else worth keeping, such as a search's chain and round; sorted by key
 */
public record ImageMetadata(
        GenerationRequest request,
        Optional<Condition> condition,
        String model,
        String modelHash,
        List<Lora> loras,
        Computed computed,
        Map<String, String> extra) {
    /** Keyword of the text that other tools read. */
    public static final String PARAMETERS = "parameters";
    /** Keyword of our JSON. */
    public static final String JSON = "reflectionflow";

    public ImageMetadata {
        loras = List.copyOf(loras);
        extra = Collections.unmodifiableMap(new TreeMap<>(extra));
    }

    /** A LoRA file (its name, not where it lay) and the strength it was used with. */
    public record Lora(String file, double scale) {}

    /**
     * A condition without its pixels.
     *
     * @param sha256 hex hash of width, height and pixels, see {@link RgbImage#sha256}
     * @param settings every setting; the image in it is a placeholder of one pixel
     */
    public record Condition(String sha256, GenerationRequest.Condition settings) {}

    /** Describes a picture of {@code request}, in which every default is filled in. */
    public static ImageMetadata of(
            GenerationRequest request,
            String model,
            String modelHash,
            List<Lora> loras,
            Computed computed,
            Map<String, String> extra) {
        Optional<Condition> condition = Optional.ofNullable(request.condition())
                .map(used -> new Condition(used.image().sha256(), withImage(used, placeholder())));
        return new ImageMetadata(
                request.toBuilder().condition(null).build(), condition, model, modelHash, loras, computed, extra);
    }

    /** The PNG's text. */
    public Map<String, String> toText() {
        Map<String, String> text = new LinkedHashMap<>();
        text.put(PARAMETERS, MetadataWriter.parameters(this));
        text.put(JSON, MetadataWriter.json(this));
        return text;
    }

    /**
     * Reads a PNG's text back; empty when the picture is not ours.
     *
     * @param file named in errors
     * @throws dev.reflectionflow.EngineException {@code INVALID_FILE} when our JSON is damaged
     */
    public static Optional<ImageMetadata> fromText(Path file, Map<String, String> text) {
        return Optional.ofNullable(text.get(JSON)).map(json -> MetadataReader.read(file, json));
    }

    /**
     * The request to draw the picture again.
     *
     * @param image the condition image, null for a picture without one
     * @throws IllegalArgumentException when the picture had a condition and {@code image} is not that one
     */
    public GenerationRequest requestWith(RgbImage image) {
        if (condition.isEmpty()) {
            return request;
        }
        String sha256 = condition.get().sha256();
        if (image == null || !image.sha256().equals(sha256)) {
            throw new IllegalArgumentException("the picture was drawn with a condition image of sha256 " + sha256);
        }
        return request.toBuilder()
                .condition(withImage(condition.get().settings(), image))
                .build();
    }

    static RgbImage placeholder() {
        return new RgbImage(1, 1, ByteBuffer.allocate(3));
    }

    private static GenerationRequest.Condition withImage(GenerationRequest.Condition c, RgbImage image) {
        return new GenerationRequest.Condition(
                image,
                c.scale(),
                c.unionAttention(),
                c.addAttention(),
                c.latentLora(),
                c.timestep(),
                c.imageGuidance());
    }
}
