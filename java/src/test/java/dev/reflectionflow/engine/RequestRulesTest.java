package dev.reflectionflow.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.GenerationRequest.Condition;
import dev.reflectionflow.weights.GenerationDefaults;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestRulesTest {
    private final RequestRules rules = new RequestRules(new GenerationDefaults(128, 256, 16, 1.5, 32));

    @Test
    void openValuesTakeTheModelsDefaults() {
        GenerationRequest resolved =
                rules.resolve(GenerationRequest.builder("a star").seed(9L).build());
        assertThat(resolved)
                .isEqualTo(new GenerationRequest("a star", null, 128, 256, 16, 1.5, 9L, List.of(), 32, null));
    }

    @Test
    void anOpenSeedIsDrawnFromThirtyTwoBits() {
        assertThat(rules.resolve(GenerationRequest.builder("a star").build()).seed())
                .isBetween(0L, 0xffffffffL);
    }

    @Test
    void sizesNameTheNearestThatFit() {
        refuses(
                GenerationRequest.builder("x").width(100),
                "width 100 is not a multiple of 16 from 16 to 8192; the nearest are 96 and 112");
        refuses(
                GenerationRequest.builder("x").height(7),
                "height 7 is not a multiple of 16 from 16 to 8192; the least is 16");
        refuses(GenerationRequest.builder("x").size(8192, 4096), "the size 8192x4096 has more than 4096x4096 pixels");
    }

    @Test
    void rangesAreNamed() {
        refuses(GenerationRequest.builder("x").steps(0), "steps 0 is not from 1 to 1000");
        refuses(GenerationRequest.builder("x").guidance(-1.0), "guidance -1.0 is not 0 or more");
        refuses(GenerationRequest.builder("x").guidance(Double.NaN), "guidance NaN is not 0 or more");
        refuses(
                GenerationRequest.builder("x").noiseSteps(List.of(new GenerationRequest.NoiseStep(1, 1.5))),
                "noise distance 1.5 is not in (0, 1]");
        refuses(GenerationRequest.builder("x").maxSequenceLength(513), "max sequence length 513 is not from 1 to 512");
    }

    @Test
    void promptsMustBeText() {
        refuses(GenerationRequest.builder("a\0b"), "prompt: a NUL character at position 1 is not text");
        refuses(
                GenerationRequest.builder("a\ud800b"),
                "prompt: half a character (an unpaired surrogate) at position 1 is not text");
    }

    @Test
    void conditionsAreChecked() {
        Condition wide = Condition.of(FluxEngineTest.plain(24, 16, (byte) 0, (byte) 0, (byte) 0));
        refuses(
                GenerationRequest.builder("x").condition(wide),
                "condition width 24 is not a multiple of 16 from 16 to 8192; the nearest are 16 and 32");
        Condition added =
                new Condition(FluxEngineTest.plain(16, 16, (byte) 0, (byte) 0, (byte) 0), 1, true, true, false, 0, 1);
        refuses(
                GenerationRequest.builder("x").condition(added),
                "added condition attention needs a condition of as many pixels as the image, 16x16 is not 128x256");
    }

    private void refuses(GenerationRequest.Builder request, String message) {
        EngineException error = catchThrowableOfType(EngineException.class, () -> rules.resolve(request.build()));
        assertThat(error).hasMessage(message);
        assertThat(error.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }
}
