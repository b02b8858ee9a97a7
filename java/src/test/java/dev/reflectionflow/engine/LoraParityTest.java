package dev.reflectionflow.engine;

import dev.reflectionflow.Golden;
import dev.reflectionflow.engine.TinyNetwork.Inputs;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** LoRA files of each kind against diffusers and PEFT, applied beside the weights. */
class LoraParityTest {
    private static final String FILE = "lora.safetensors";

    @Test
    void withoutLora() {
        try (TinyNetwork network = TinyNetwork.open("tiny-flux-dev", ComputeType.FLOAT32)) {
            Golden.assertClose(FILE, "base.output", network.evaluate(inputs()).get("step.0.velocity"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "plain,1.0",
        "plain,0.6",
        "metadata,1.0",
        "metadata,0.6",
        "alphas,1.0",
        "alphas,0.6",
        "kohya,1.0",
        "kohya,0.6"
    })
    void everyKindOfFileAtEveryScale(String kind, String scale) {
        String file = "lora/" + kind + ".safetensors";
        try (TinyNetwork network =
                TinyNetwork.withLora("tiny-flux-dev", Golden.path(file), Double.parseDouble(scale))) {
            float[] velocity = network.evaluate(inputs()).get("step.0.velocity");
            Golden.assertClose(FILE, kind + ".scale" + scale + ".output", velocity, 1e-4);
            Golden.compared(file, "");
        }
    }

    /** Several LoRAs add up: half of one twice is the whole of it. */
    @Test
    void twoLorasAddUp() {
        Path file = Golden.path("lora/plain.safetensors");
        try (TinyNetwork network =
                TinyNetwork.withLoras("tiny-flux-dev", List.of(new Lora(file, 0.25), new Lora(file, 0.75)))) {
            float[] velocity = network.evaluate(inputs()).get("step.0.velocity");
            Golden.assertClose(FILE, "plain.scale1.0.output", velocity, 1e-4);
        }
    }

    private static Inputs inputs() {
        Golden.input(FILE, "input.img_ids");
        Golden.input(FILE, "input.txt_ids");
        return Inputs.golden(FILE, "input", 4, 6);
    }
}
