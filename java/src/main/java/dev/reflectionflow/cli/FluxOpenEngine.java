package dev.reflectionflow.cli;

import dev.reflectionflow.GeneratedImage;
import dev.reflectionflow.GenerationListener;
import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.Pruning;
import dev.reflectionflow.engine.ComputeType;
import dev.reflectionflow.engine.FluxEngine;
import dev.reflectionflow.engine.RecordedTensor;
import dev.reflectionflow.weights.TransformerConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The real engine; the only class of this package, beside {@code doctor}, that leads to native code. */
final class FluxOpenEngine implements OpenEngine {
    private final FluxEngine engine;

    private FluxOpenEngine(FluxEngine engine) {
        this.engine = engine;
    }

    static OpenEngine open(EngineSettings settings) {
        FluxEngine.Builder builder = FluxEngine.builder()
                .model(settings.model())
                .components(settings.components())
                .randomWeights(settings.randomWeights())
                .batchSize(settings.batchSize());
        set(builder, settings.computing());
        settings.loras().forEach(lora -> builder.lora(lora.file(), lora.scale()));
        settings.corrector().ifPresent(lora -> builder.corrector(lora.file(), lora.scale()));
        return new FluxOpenEngine(builder.build());
    }

    private static void set(FluxEngine.Builder builder, Computing computing) {
        builder.device(computing.device())
                .offload(computing.offload())
                .performance(computing.performance())
                .cacheThreshold(computing.cacheThreshold());
        if (computing.dtype() != null) {
            builder.computeType(computing.dtype() == Dtype.BF16 ? ComputeType.BFLOAT16 : ComputeType.FLOAT32);
        }
        if (computing.threads() != null) {
            builder.threads(computing.threads());
        }
    }

    @Override
    public GenerationRequest resolve(GenerationRequest request) {
        return engine.resolve(request);
    }

    @Override
    public List<GeneratedImage> generate(List<GenerationRequest> requests, GenerationListener listener) {
        return engine.generate(requests, listener);
    }

    @Override
    public List<Optional<GeneratedImage>> generate(
            List<GenerationRequest> requests, GenerationListener listener, Pruning pruning) {
        return engine.generate(requests, listener, pruning);
    }

    @Override
    public String modelHash() {
        return engine.modelHash();
    }

    @Override
    public Map<String, String> approximations() {
        return engine.approximations();
    }

    @Override
    public String model() {
        return engine.model();
    }

    @Override
    public Dtype dtype() {
        return engine.computeType() == ComputeType.BFLOAT16 ? Dtype.BF16 : Dtype.FP32;
    }

    @Override
    public TransformerConfig transformer() {
        return engine.transformer();
    }

    @Override
    public List<String> warnings() {
        return engine.warnings();
    }

    @Override
    public Recorded generateRecorded(GenerationRequest request, GenerationListener listener) {
        FluxEngine.RecordedImage recorded = engine.generateRecorded(request, listener);
        return new Recorded(
                recorded.image(),
                recorded.tensors().stream().map(RecordedTensor::toTensorData).toList());
    }

    @Override
    public void close() {
        engine.close();
    }
}
