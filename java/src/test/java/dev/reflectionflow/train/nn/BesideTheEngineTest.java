package dev.reflectionflow.train.nn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.Golden;
import dev.reflectionflow.engine.FluxEngine;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

/** LibTorch as the presets load it and our native library share one process: trainers draw pictures while they train. */
class BesideTheEngineTest {
    @Test
    void anEngineDrawsTheSamePictureBeforeAndAfterTraining() {
        GenerationRequest request = GenerationRequest.builder("a photo of a bench")
                .size(64, 64)
                .steps(2)
                .seed(3L)
                .build();
        try (FluxEngine engine = FluxEngine.builder()
                .model(Golden.path("tiny-flux-dev").toString())
                .build()) {
            byte[] before = engine.generate(request).image().toByteArray();
            train();
            assertThat(engine.generate(request).image().toByteArray()).isEqualTo(before);
        }
    }

    private static void train() {
        Threads.use(2);
        try (PointerScope scope = new PointerScope();
                Parameters parameters =
                        Parameters.read(FluxTransformerTest.folder("tiny-flux-dev"), ScalarType.Float)) {
            FluxTransformer transformer = FluxTransformerTest.open("tiny-flux-dev", parameters);
            parameters.train(name -> true);
            FluxInputs inputs = GoldenTensors.fluxInputs("transformer.safetensors", "dev.b1", "dev.b1", true);
            transformer.forward(inputs).square().mean().backward();
            assertThat(parameters.get("proj_out.weight").grad().abs().max().item_double())
                    .isPositive();
        }
    }
}
