package dev.reflectionflow.search;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.ImageGenerator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Everything that decides a run's images and scores, with every default filled in, as {@code config.json} has it. */
final class RunDescription {
    private static final int FORMAT = 2;

    private RunDescription() {}

    /** All but the prompts, which stand in their own folders. */
    static Map<String, Object> of(FlowConfig config, Roles roles, ImageGenerator generator) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("format", FORMAT);
        values.put("strategy", roles.strategy());
        values.put("compat", config.released() ? "released" : null);
        values.put("rounds", config.rounds());
        values.put("branches", config.branches());
        values.put("pool", config.pool());
        values.put("pool_counts", config.poolCounts());
        values.put("seed", config.seed());
        GenerationRequest drawn = resolve(config.drawing(), config, generator);
        drawing(values, drawn);
        if (roles.reflector().isPresent()) {
            values.put("corrector", corrector(config, generator));
            values.put("text", word(config.text()));
        }
        values.put("noise", noise(config.noise()));
        values.put("selection", word(config.selection()));
        values.put("keep_parent", config.keepParent());
        values.put("stop", config.stop().equals(StopRules.NONE) ? null : config.stop());
        values.put("limits", config.limits().equals(Limits.NONE) ? null : config.limits());
        values.put("pruning", config.pruning().orElse(null));
        values.put("approximate", generator.approximations().isEmpty() ? null : generator.approximations());
        values.put("model_hash", generator.modelHash());
        values.put("verifier", roles.verifier().description());
        values.put(
                "reflector", roles.reflector().map(role -> role.description()).orElse(null));
        values.put("refiner", roles.refiner().map(role -> role.description()).orElse(null));
        values.values().removeIf(java.util.Objects::isNull);
        return values;
    }

    private static Map<String, Object> corrector(FlowConfig config, ImageGenerator generator) {
        CorrectorSettings corrector = config.corrector();
        Map<String, Object> values = new LinkedHashMap<>();
        drawing(values, resolve(corrector.drawing().or(config.drawing()), config, generator));
        values.put("condition_size", corrector.conditionSize());
        values.put("squashed", corrector.squashed());
        values.put("scale", corrector.scale());
        values.put("union_attention", corrector.unionAttention());
        values.put("add_attention", corrector.addAttention());
        values.put("latent_lora", corrector.latentLora());
        values.put("image_guidance", corrector.imageGuidance());
        return values;
    }

    private static GenerationRequest resolve(DrawingSettings settings, FlowConfig config, ImageGenerator generator) {
        GenerationRequest request = generator.resolve(
                settings.on(GenerationRequest.builder("any")).seed(0L).build());
        config.pruning().filter(pruning -> pruning.step() >= request.steps()).ifPresent(pruning -> {
            throw new EngineException(
                    ErrorCode.INVALID_ARGUMENT,
                    "pruning after step " + pruning.step() + " of " + request.steps() + " saves nothing");
        });
        return request;
    }

    private static void drawing(Map<String, Object> values, GenerationRequest request) {
        values.put("width", request.width());
        values.put("height", request.height());
        values.put("steps", request.steps());
        values.put("guidance", request.guidance());
        values.put("max_sequence_length", request.maxSequenceLength());
    }

    private static Map<String, Object> noise(NoiseStrategy noise) {
        return noise.isRandom()
                ? Map.of("strategy", "random")
                : Map.of("strategy", "zero-order", "distance", noise.distance(), "neighbours", noise.neighbours());
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
