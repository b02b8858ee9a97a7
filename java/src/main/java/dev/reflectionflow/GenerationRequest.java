package dev.reflectionflow;

import java.util.List;
import java.util.Objects;

/**
 * What to draw. Immutable; values left {@code null} take the model's own default (see {@link ImageGenerator#resolve}).
 *
 * @param prompt what CLIP reads, and T5 too where {@code prompt2} is null
 * @param prompt2 what T5 reads, or null for {@code prompt}
 * @param width pixels, a multiple of 16
 * @param height pixels, a multiple of 16
 * @param steps denoising steps, 1 to 1000
 * @param guidance guidance scale as embedded (not classifier-free), 0 or more; unused by models without guidance
 * @param seed of the initial noise, as {@code torch.manual_seed}; null draws one at random
 * @param noiseSteps steps away from that noise, in order; usually none
 * @param maxSequenceLength T5 tokens, 1 to 512
 * @param condition the earlier image that the corrector sees, or null
 */
public record GenerationRequest(
        String prompt,
        String prompt2,
        Integer width,
        Integer height,
        Integer steps,
        Double guidance,
        Long seed,
        List<NoiseStep> noiseSteps,
        Integer maxSequenceLength,
        Condition condition) {

    public GenerationRequest {
        Objects.requireNonNull(prompt, "prompt");
        noiseSteps = List.copyOf(noiseSteps);
    }

    /**
     * A step from initial noise to a neighbour of it, which is unit normal again: sqrt(1 - distance^2) noise + distance
     * fresh.
     *
     * @param seed of the fresh noise
     * @param distance how far, in (0, 1]
     */
    public record NoiseStep(long seed, double distance) {}

    /**
     * The corrector's view of an earlier image (ReflectionFlow, section on the corrector; OminiControl's tokens).
     *
     * @param image the picture, sides multiples of 16; its tokens take the columns left of the new image
     * @param scale weight of the attention between the condition and the rest: log(scale) is added to the logits; 1 is
     *     neutral
     * @param unionAttention whether condition tokens and the rest see each other ({@code union_cond_attn})
     * @param addAttention whether the condition's attention output is added to the image rows token by token
     *     ({@code add_cond_attn}); needs as many condition tokens as image tokens
     * @param latentLora whether LoRAs act on text and image rows too, not on condition rows alone ({@code latent_lora})
     * @param timestep the condition's noise level in [0, 1]; 0 is a clean image
     * @param imageGuidance {@code image_guidance_scale}: weight of the guided velocity against the one with guidance 1;
     *     1 leaves it out
     */
    public record Condition(
            RgbImage image,
            double scale,
            boolean unionAttention,
            boolean addAttention,
            boolean latentLora,
            double timestep,
            double imageGuidance) {
        public Condition {
            Objects.requireNonNull(image, "image");
        }

        /** A clean condition with the released settings. */
        public static Condition of(RgbImage image) {
            return new Condition(image, 1, true, false, false, 0, 1);
        }
    }

    /** Starts from a prompt with everything else left to the model. */
    public static Builder builder(String prompt) {
        return new Builder(prompt);
    }

    /** A builder that starts from this request's values. */
    public Builder toBuilder() {
        Builder builder = new Builder(prompt);
        builder.prompt2 = prompt2;
        builder.width = width;
        builder.height = height;
        builder.steps = steps;
        builder.guidance = guidance;
        builder.seed = seed;
        builder.noiseSteps = noiseSteps;
        builder.maxSequenceLength = maxSequenceLength;
        builder.condition = condition;
        return builder;
    }

    /** What T5 reads. */
    public String textForT5() {
        return prompt2 == null ? prompt : prompt2;
    }

    /** Collects a request's values; not thread-safe. */
    public static final class Builder {
        private String prompt;
        private String prompt2;
        private Integer width;
        private Integer height;
        private Integer steps;
        private Double guidance;
        private Long seed;
        private List<NoiseStep> noiseSteps = List.of();
        private Integer maxSequenceLength;
        private Condition condition;

        private Builder(String prompt) {
            this.prompt = prompt;
        }

        public Builder prompt(String value) {
            prompt = value;
            return this;
        }

        public Builder prompt2(String value) {
            prompt2 = value;
            return this;
        }

        public Builder width(Integer value) {
            width = value;
            return this;
        }

        public Builder height(Integer value) {
            height = value;
            return this;
        }

        public Builder size(int newWidth, int newHeight) {
            return width(newWidth).height(newHeight);
        }

        public Builder steps(Integer value) {
            steps = value;
            return this;
        }

        public Builder guidance(Double value) {
            guidance = value;
            return this;
        }

        public Builder seed(Long value) {
            seed = value;
            return this;
        }

        public Builder noiseSteps(List<NoiseStep> value) {
            noiseSteps = value;
            return this;
        }

        public Builder maxSequenceLength(Integer value) {
            maxSequenceLength = value;
            return this;
        }

        public Builder condition(Condition value) {
            condition = value;
            return this;
        }

        public GenerationRequest build() {
            return new GenerationRequest(
                    prompt, prompt2, width, height, steps, guidance, seed, noiseSteps, maxSequenceLength, condition);
        }
    }
}
