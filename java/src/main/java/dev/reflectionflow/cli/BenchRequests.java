package dev.reflectionflow.cli;

import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.RgbImage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What a bench asks an engine to draw.
 *
 * @param settings how many images a batch has, and whether there are text encoders
 * @param condition the size of the earlier image, or null for none
 */
record BenchRequests(EngineSettings settings, BenchSize condition) {
    private static final String PROMPT = "a photo of a red circle left of a blue square";

    /** The batch of a run, numbered from 0; {@code open} has size and steps. */
    List<GenerationRequest> batch(GenerationRequest open, int run) {
        List<GenerationRequest> batch = new ArrayList<>();
        for (int i = 0; i < settings.batchSize(); i++) {
            batch.add(request(open, run, i));
        }
        return batch;
    }

    /** Prompt and condition are new in every run, for the engine keeps what it encoded; a batch shares them. */
    private GenerationRequest request(GenerationRequest open, int run, int image) {
        boolean fixed = settings.randomWeights() != null;
        return open.toBuilder()
                .prompt(fixed ? PROMPT : PROMPT + " " + run)
                .seed((long) run * settings.batchSize() + image)
                .condition(condition == null ? null : GenerationRequest.Condition.of(picture(run)))
                .build();
    }

    private RgbImage picture(int run) {
        ByteBuffer pixels = ByteBuffer.allocate(3 * condition.width() * condition.height());
        for (int i = 0; i < pixels.capacity(); i++) {
            pixels.put(i, (byte) (i + run));
        }
        return new RgbImage(condition.width(), condition.height(), pixels);
    }
}
