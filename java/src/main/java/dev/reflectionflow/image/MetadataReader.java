package dev.reflectionflow.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reflectionflow.GenerationRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** {@link ImageMetadata} from the JSON that {@link MetadataWriter} makes of it. */
final class MetadataReader {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    static final int VERSION = 1;

    private MetadataReader() {}

    static ImageMetadata read(Path file, String json) {
        try {
            JsonNode root = MAPPER.readTree(json);
            int version = root.required("version").asInt();
            if (version != VERSION) {
                throw PngReader.bad(file, "metadata of version " + version + ", this program reads " + VERSION);
            }
            JsonNode node = root.required("request");
            List<ImageMetadata.Lora> loras = new ArrayList<>();
            for (JsonNode lora : root.required("loras")) {
                loras.add(new ImageMetadata.Lora(text(lora, "file"), number(lora, "scale")));
            }
            Map<String, String> extra = new TreeMap<>();
            root.path("extra")
                    .properties()
                    .forEach(e -> extra.put(e.getKey(), e.getValue().asText()));
            return new ImageMetadata(
                    request(node),
                    condition(node),
                    text(root, "model"),
                    text(root, "modelHash"),
                    loras,
                    computed(root),
                    extra);
        } catch (JsonProcessingException e) {
            throw PngReader.bad(file, "damaged metadata: " + e.getOriginalMessage());
        } catch (IllegalArgumentException e) {
            throw PngReader.bad(file, "damaged metadata: " + e.getMessage());
        }
    }

    private static Computed computed(JsonNode root) {
        return new Computed(
                text(root, "dtype"),
                root.has("device") ? text(root, "device") : Computed.CPU,
                root.has("performance") ? text(root, "performance") : Computed.EXACT,
                root.has("cacheThreshold") ? number(root, "cacheThreshold") : 0,
                root.has("attention") ? text(root, "attention") : Computed.OURS,
                root.has("skippedSteps") ? integer(root, "skippedSteps") : 0);
    }

    private static GenerationRequest request(JsonNode node) {
        return GenerationRequest.builder(text(node, "prompt"))
                .prompt2(node.hasNonNull("prompt2") ? text(node, "prompt2") : null)
                .width(integer(node, "width"))
                .height(integer(node, "height"))
                .steps(integer(node, "steps"))
                .guidance(node.hasNonNull("guidance") ? number(node, "guidance") : null)
                .seed(whole(node, "seed"))
                .noiseSteps(noiseSteps(node))
                .maxSequenceLength(node.hasNonNull("maxSequenceLength") ? integer(node, "maxSequenceLength") : null)
                .build();
    }

    private static List<GenerationRequest.NoiseStep> noiseSteps(JsonNode request) {
        List<GenerationRequest.NoiseStep> steps = new ArrayList<>();
        for (JsonNode step : request.path("noiseSteps")) {
            steps.add(new GenerationRequest.NoiseStep(whole(step, "seed"), number(step, "distance")));
        }
        return steps;
    }

    private static Optional<ImageMetadata.Condition> condition(JsonNode request) {
        JsonNode node = request.path("condition");
        if (!node.isObject()) {
            return Optional.empty();
        }
        GenerationRequest.Condition settings = new GenerationRequest.Condition(
                ImageMetadata.placeholder(),
                number(node, "scale"),
                flag(node, "unionAttention"),
                flag(node, "addAttention"),
                flag(node, "latentLora"),
                number(node, "timestep"),
                number(node, "imageGuidance"));
        return Optional.of(new ImageMetadata.Condition(text(node, "sha256"), settings));
    }

    private static String text(JsonNode node, String key) {
        return checked(node, key, node.required(key).isTextual()).textValue();
    }

    private static Double number(JsonNode node, String key) {
        return checked(node, key, node.required(key).isNumber()).doubleValue();
    }

    private static Integer integer(JsonNode node, String key) {
        JsonNode value = node.required(key);
        return checked(node, key, value.isIntegralNumber() && value.canConvertToInt())
                .intValue();
    }

    private static Long whole(JsonNode node, String key) {
        JsonNode value = node.required(key);
        return checked(node, key, value.isIntegralNumber() && value.canConvertToLong())
                .longValue();
    }

    private static boolean flag(JsonNode node, String key) {
        return checked(node, key, node.required(key).isBoolean()).booleanValue();
    }

    private static JsonNode checked(JsonNode node, String key, boolean rightKind) {
        if (!rightKind) {
            throw new IllegalArgumentException(key + " is of the wrong kind");
        }
        return node.get(key);
    }
}
