package dev.reflectionflow.train.nn;

import dev.reflectionflow.Golden;
import dev.reflectionflow.weights.ClipConfig;
import dev.reflectionflow.weights.T5Config;
import java.nio.file.Path;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both text encoders in Java against transformers'. */
class TextEncodersTest {
    private static final String FILE = "text-encoders.safetensors";
    private static final double TOLERANCE = 1e-4;
    private static final int PROMPTS = 4;

    @ParameterizedTest
    @ValueSource(strings = {"dev", "schnell"})
    void clipEqualsTheReference(String model) {
        Path folder = Golden.path("tiny-flux-" + model).resolve("text_encoder");
        Threads.use(2);
        try (PointerScope scope = new PointerScope();
                Parameters parameters = Parameters.read(folder, ScalarType.Float)) {
            ClipTextEncoder clip =
                    new ClipTextEncoder(ClipConfig.read(folder.resolve("config.json")), parameters, Compute.AS_STORED);
            for (int i = 0; i < PROMPTS; i++) {
                String name = model + ".p" + i + ".clip_";
                ClipTextEncoder.Output output = clip.forward(GoldenTensors.ids(FILE, name + "input_ids"));
                Golden.assertClose(FILE, name + "last_hidden", Tensors.toFloats(output.hidden()), TOLERANCE);
                Golden.assertClose(FILE, name + "pooled", Tensors.toFloats(output.pooled()), TOLERANCE);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "schnell"})
    void t5EqualsTheReference(String model) {
        Path folder = Golden.path("tiny-flux-" + model).resolve("text_encoder_2");
        Threads.use(2);
        try (PointerScope scope = new PointerScope();
                Parameters parameters = Parameters.read(folder, ScalarType.Float)) {
            T5Encoder t5 = new T5Encoder(T5Config.read(folder.resolve("config.json")), parameters, Compute.AS_STORED);
            for (int i = 0; i < PROMPTS; i++) {
                String name = model + ".p" + i + ".t5_";
                for (String length : new String[] {"64", "512"}) {
                    Tensor hidden = t5.forward(GoldenTensors.ids(FILE, name + length + "_input_ids"));
                    Tensor kept = length.equals("512") ? rowsKept(hidden) : hidden;
                    Golden.assertClose(FILE, name + length, Tensors.toFloats(kept), TOLERANCE);
                }
            }
        }
    }

    /** The golden file keeps rows 0..95 and 480..511 of 512. */
    private static Tensor rowsKept(Tensor hidden) {
        return Tensors.concat(1, hidden.narrow(1, 0, 96), hidden.narrow(1, 480, 32));
    }
}
