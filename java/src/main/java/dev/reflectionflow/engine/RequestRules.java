package dev.reflectionflow.engine;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.RgbImage;
import dev.reflectionflow.text.PromptText;
import dev.reflectionflow.weights.DrawingLimits;
import dev.reflectionflow.weights.GenerationDefaults;
import java.util.concurrent.ThreadLocalRandom;

/** Fills what a request leaves open and refuses what the model cannot draw. */
final class RequestRules {
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
        DrawingLimits.checkSide("width", request.width());
        DrawingLimits.checkSide("height", request.height());
        DrawingLimits.checkArea(request.width(), request.height());
        DrawingLimits.checkSteps(request.steps());
        if (!(request.guidance() >= 0) || request.guidance().isInfinite()) {
            throw invalid("guidance " + request.guidance() + " is not 0 or more");
        }
        DrawingLimits.checkTextTokens(request.maxSequenceLength());
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
        DrawingLimits.checkSide("condition width", image.width());
        DrawingLimits.checkSide("condition height", image.height());
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

    private static EngineException invalid(String message) {
        return new EngineException(ErrorCode.INVALID_ARGUMENT, message);
    }

    private static <T> T or(T value, T other) {
        return value == null ? other : value;
    }
}
