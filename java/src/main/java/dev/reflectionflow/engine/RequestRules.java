package dev.reflectionflow.engine;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.RgbImage;
import dev.reflectionflow.text.PromptText;
import dev.reflectionflow.weights.GenerationDefaults;
import java.util.concurrent.ThreadLocalRandom;

/** Fills what a request leaves open and refuses what the model cannot draw. */
final class RequestRules {
    /** A side in pixels, and an area of 4096x4096: beyond it the tokens of one attention no longer fit anywhere. */
    private static final int MOST_PIXELS_A_SIDE = 8192;

    private static final long MOST_PIXELS = 4096L * 4096;
    private static final int MOST_STEPS = 1000;

    private final GenerationDefaults defaults;

    RequestRules(GenerationDefaults defaults) {
        this.defaults = defaults;
    }

    GenerationRequest resolve(GenerationRequest request) {
        GenerationRequest resolved = new GenerationRequest(
                request.prompt(),
                request.prompt2(),
                or(request.width(), defaults.width()),
                or(request.height(), defaults.height()),
                or(request.steps(), defaults.steps()),
                or(request.guidance(), defaults.guidance()),
                // PyTorch's CPU generator uses 32 bits of a seed, so that more would only look different.
                request.seed() == null ? ThreadLocalRandom.current().nextLong(1L << 32) : request.seed(),
                request.noiseSteps(),
                or(request.maxSequenceLength(), defaults.maxSequenceLength()),
                request.condition());
        check(resolved);
        return resolved;
    }

    private static void check(GenerationRequest request) {
        PromptText.check(request.prompt());
        PromptText.check(request.textForT5());
        checkSide("width", request.width());
        checkSide("height", request.height());
        if ((long) request.width() * request.height() > MOST_PIXELS) {
            throw invalid("the size " + request.width() + "x" + request.height() + " has more than 4096x4096 pixels");
        }
        checkRange("steps", request.steps(), 1, MOST_STEPS);
        if (!(request.guidance() >= 0) || request.guidance().isInfinite()) {
            throw invalid("guidance " + request.guidance() + " is not 0 or more");
        }
        checkRange("max sequence length", request.maxSequenceLength(), 1, GenerationDefaults.MOST_TOKENS);
        for (GenerationRequest.NoiseStep step : request.noiseSteps()) {
            if (!(step.distance() > 0 && step.distance() <= 1)) {
                throw invalid("noise distance " + step.distance() + " is not in (0, 1]");
            }
        }
        if (request.condition() != null) {
            checkCondition(request);
        }
    }

    private static void checkCondition(GenerationRequest request) {
        GenerationRequest.Condition condition = request.condition();
        RgbImage image = condition.image();
        checkSide("condition width", image.width());
        checkSide("condition height", image.height());
        if (!(condition.scale() > 0) || Double.isInfinite(condition.scale())) {
            throw invalid("condition scale " + condition.scale() + " is not above 0");
        }
        if (!(condition.timestep() >= 0 && condition.timestep() <= 1)) {
            throw invalid("condition timestep " + condition.timestep() + " is not in [0, 1]");
        }
        if (!Double.isFinite(condition.imageGuidance())) {
            throw invalid("image guidance " + condition.imageGuidance() + " is not a finite number");
        }
        boolean equalTokens = image.width() * image.height() == request.width() * request.height();
        if (condition.addAttention() && !equalTokens) {
            throw invalid("added condition attention needs a condition of as many pixels as the image, " + image.width()
                    + "x" + image.height() + " is not " + request.width() + "x" + request.height());
        }
    }

    private static void checkSide(String name, int pixels) {
        if (pixels >= 16 && pixels <= MOST_PIXELS_A_SIDE && pixels % 16 == 0) {
            return;
        }
        int below = Math.min(Math.max(pixels / 16 * 16, 16), MOST_PIXELS_A_SIDE);
        int above = Math.min(below + 16, MOST_PIXELS_A_SIDE);
        throw invalid(name + " " + pixels + " is not a multiple of 16 from 16 to " + MOST_PIXELS_A_SIDE
                + (pixels < 16 ? "; the least is 16" : "; the nearest are " + below + " and " + above));
    }

    private static void checkRange(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw invalid(name + " " + value + " is not from " + least + " to " + most);
        }
    }

    private static EngineException invalid(String message) {
        return new EngineException(ErrorCode.INVALID_ARGUMENT, message);
    }

    private static <T> T or(T value, T other) {
        return value == null ? other : value;
    }
}
