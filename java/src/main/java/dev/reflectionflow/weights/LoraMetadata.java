package dev.reflectionflow.weights;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.OptionalDouble;

/** The adapter's settings that diffusers and PEFT keep in the header ({@code lora_adapter_metadata}). */
final class LoraMetadata {
    private static final String KEY = "lora_adapter_metadata";

    private final SafetensorsFile file;
    private final JsonNode root;

    LoraMetadata(SafetensorsFile file) {
        this.file = file;
        String json = file.metadata().get(KEY);
        this.root = json == null
                ? null
                : StrictJson.parseObject(file.path(), json.getBytes(StandardCharsets.UTF_8), KEY + " is ");
    }

    /** The factor for a module of this rank: alpha / rank, or alpha / sqrt(rank) for rank-stabilised LoRA. */
    OptionalDouble scale(String module, long rank) {
        JsonNode alpha = root == null ? null : alpha(module);
        if (alpha == null || alpha.isNull()) {
            return OptionalDouble.empty();
        }
        if (!alpha.isNumber() || !Double.isFinite(alpha.doubleValue())) {
            throw InvalidFile.of(file.path(), KEY + ": the alpha of " + module + " is not a finite number");
        }
        boolean stabilised = value("use_rslora") != null && value("use_rslora").asBoolean();
        return OptionalDouble.of(alpha.doubleValue() / (stabilised ? Math.sqrt((double) rank) : (double) rank));
    }

    private JsonNode alpha(String module) {
        JsonNode pattern = value("alpha_pattern");
        if (pattern != null) {
            for (var entry : pattern.properties()) {
                if (module.equals(entry.getKey()) || module.endsWith("." + entry.getKey())) {
                    return entry.getValue();
                }
            }
        }
        return value("lora_alpha");
    }

    private JsonNode value(String key) {
        JsonNode prefixed = root.get("transformer." + key);
        return prefixed != null ? prefixed : root.get(key);
    }
}
