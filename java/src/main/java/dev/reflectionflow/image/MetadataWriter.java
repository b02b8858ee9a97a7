package dev.reflectionflow.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reflectionflow.GenerationRequest;

/** {@link ImageMetadata} as the texts of a PNG: equal requests give equal files. */
final class MetadataWriter {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int SHORT_HASH = 10;

    private MetadataWriter() {}

    /** What other tools read. */
    static String parameters(ImageMetadata metadata) {
        GenerationRequest request = metadata.request();
        String hash = metadata.modelHash();
        String shortHash = hash.substring(0, Math.min(SHORT_HASH, hash.length()));
        String guidance = request.guidance() == null ? "" : ", CFG scale: " + request.guidance();
        return request.prompt() + "\nSteps: " + request.steps() + ", Sampler: Euler" + guidance + ", Seed: "
                + request.seed() + ", Size: " + request.width() + "x" + request.height() + ", Model hash: " + shortHash
                + ", Model: " + metadata.model().replace(',', ' ');
    }

    /** What {@link MetadataReader} reads; keys in a fixed order. */
    static String json(ImageMetadata metadata) {
        ObjectNode root = MAPPER.createObjectNode().put("version", MetadataReader.VERSION);
        ObjectNode request = root.putObject("request");
        put(request, metadata.request());
        metadata.condition().ifPresent(condition -> put(request.putObject("condition"), condition));
        root.put("model", metadata.model()).put("modelHash", metadata.modelHash());
        put(root, metadata.computed());
        ArrayNode loras = root.putArray("loras");
        metadata.loras()
                .forEach(lora -> loras.addObject().put("file", lora.file()).put("scale", lora.scale()));
        ObjectNode extra = root.putObject("extra");
        metadata.extra().forEach(extra::put);
        try {
            return MAPPER.writeValueAsString(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of strings and numbers is always JSON", e);
        }
    }

    private static void put(ObjectNode node, GenerationRequest request) {
        node.put("prompt", request.prompt()).put("prompt2", request.prompt2());
        node.put("width", request.width()).put("height", request.height());
        node.put("steps", request.steps()).put("guidance", request.guidance()).put("seed", request.seed());
        node.put("maxSequenceLength", request.maxSequenceLength());
        if (!request.noiseSteps().isEmpty()) {
            ArrayNode steps = node.putArray("noiseSteps");
            request.noiseSteps()
                    .forEach(step -> steps.addObject().put("seed", step.seed()).put("distance", step.distance()));
        }
    }

    private static void put(ObjectNode node, ImageMetadata.Condition condition) {
        GenerationRequest.Condition used = condition.settings();
        node.put("sha256", condition.sha256()).put("scale", used.scale());
        node.put("unionAttention", used.unionAttention()).put("addAttention", used.addAttention());
        node.put("latentLora", used.latentLora()).put("timestep", used.timestep());
        node.put("imageGuidance", used.imageGuidance());
    }

    /** What is as everywhere goes without saying, so that files stay what they were. */
    private static void put(ObjectNode root, Computed computed) {
        root.put("dtype", computed.dtype());
        if (!computed.device().equals(Computed.CPU)) {
            root.put("device", computed.device());
        }
        if (!computed.attention().equals(Computed.OURS)) {
            root.put("attention", computed.attention());
        }
        if (!computed.performance().equals(Computed.EXACT)) {
            root.put("performance", computed.performance());
        }
        if (computed.cacheThreshold() > 0) {
            root.put("cacheThreshold", computed.cacheThreshold());
            root.put("skippedSteps", computed.skippedSteps());
        }
    }
}
