package dev.reflectionflow.run;

import dev.reflectionflow.GenerationRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A resolved request as the journal keeps it; with the model's hash, all that pixels depend on.
 *
 * @param prompt as CLIP reads it
 * @param prompt2 as T5 reads it, or null for the same
 * @param width pixels
 * @param height pixels
 * @param steps of denoising
 * @param guidance scale, or null where the model leaves it open
 * @param seed of the noise
 * @param noiseSteps steps away from that noise, or null for none
 * @param maxSequenceLength T5 tokens, or null where the model leaves it open
 * @param condition SHA-256 of the condition image and its settings, or null without one
 */
public record RequestRecord(
        String prompt,
        String prompt2,
        Integer width,
        Integer height,
        Integer steps,
        Double guidance,
        Long seed,
        List<GenerationRequest.NoiseStep> noiseSteps,
        Integer maxSequenceLength,
        String condition) {

    public RequestRecord {
        Objects.requireNonNull(prompt, "prompt");
    }

    /** The record of a request with every default filled in. */
    public static RequestRecord of(GenerationRequest request) {
        return new RequestRecord(
                request.prompt(),
                request.prompt2(),
                request.width(),
                request.height(),
                request.steps(),
                request.guidance(),
                request.seed(),
                request.noiseSteps().isEmpty() ? null : request.noiseSteps(),
                request.maxSequenceLength(),
                request.condition() == null ? null : hash(request.condition()));
    }

    /** The name of the image that this request makes on this model: equal names, equal pixels. */
    public String key(String modelHash) {
        return Hashes.sha256(RunJson.line(Arrays.asList(this, modelHash)));
    }

    private static String hash(GenerationRequest.Condition condition) {
        return Hashes.sha256(RunJson.line(List.of(
                condition.image().sha256(),
                condition.scale(),
                condition.unionAttention(),
                condition.addAttention(),
                condition.latentLora(),
                condition.timestep(),
                condition.imageGuidance())));
    }
}
