package dev.reflectionflow.engine;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.GeneratedImage;
import dev.reflectionflow.GenerationListener;
import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.ImageGenerator;
import dev.reflectionflow.Pruning;
import dev.reflectionflow.engine.internal.NativeEngine;
import dev.reflectionflow.engine.internal.NativeLibraries;
import dev.reflectionflow.weights.DType;
import dev.reflectionflow.weights.DrawingLimits;
import dev.reflectionflow.weights.LoraFile;
import dev.reflectionflow.weights.ModelFolder;
import dev.reflectionflow.weights.ModelHash;
import dev.reflectionflow.weights.ModelWeights;
import dev.reflectionflow.weights.RandomModel;
import dev.reflectionflow.weights.TransformerConfig;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * FLUX.1 on this machine: loads a model once, draws until closed.
 *
 * <pre>{@code
 * try (FluxEngine engine = FluxEngine.builder().build()) {
 *     GeneratedImage image = engine.generate(GenerationRequest.builder("a photo of a red circle").build());
 * }
 * }</pre>
 *
 * <p>Thread-safe: requests queue for the one thread that computes. Weights are used in place from the mapped files, which
 * must not change while the engine is open.
 */
public final class FluxEngine implements ImageGenerator, AutoCloseable {
    /**
     * The system property that names the LibTorch of a pip-installed PyTorch (2.10 or a later 2.x), to be used in the place
     * of the one that comes along: its folder {@code site-packages/torch}, or that one's {@code lib}.
     */
    public static final String LIBTORCH_PROPERTY = NativeLibraries.FOLDER;

    /** What Java, LibTorch and the buffers of a run take beside the weights, roughly. */
    private static final long WORKING_BYTES = 1L << 30;

    private final EngineThread thread = new EngineThread();
    private final ModelWeights weights;
    private final RequestRules rules;
    private final ComputeSettings settings;
    private final List<Lora> loras;
    private final boolean corrector;
    private final int batchSize;
    private final String modelHash;
    private final List<String> warnings;
    private final Drawing drawing;

    private FluxEngine(Builder builder) {
        if (builder.device.cuda()) {
            NativeModel.load(builder.device);
        }
        weights = builder.randomWeights == null
                ? ModelWeights.open(ModelFolder.find(builder.model, builder.components))
                : randomWeights(builder);
        rules = new RequestRules(weights.defaults());
        settings = builder.settings(
                weights.views().get("transformer.image_in.weight").dtype());
        loras = List.copyOf(builder.loras);
        corrector = builder.corrector;
        batchSize = builder.batchSize;
        List<NativeModel.LoadedLora> loaded = loras.stream()
                .map(lora ->
                        new NativeModel.LoadedLora(LoraFile.open(lora.file(), weights.transformer()), lora.scale()))
                .toList();
        warnings = Stream.concat(
                        settings.warning().stream(), loaded.stream().flatMap(lora -> lora.file().warning().stream()))
                .toList();
        modelHash = hash();
        drawing = open(loaded);
    }

    /** Starts from the shipped model with its own defaults. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public GenerationRequest resolve(GenerationRequest request) {
        return rules.resolve(request);
    }

    @Override
    public List<GeneratedImage> generate(List<GenerationRequest> requests, GenerationListener listener) {
        return thread.await(submit(requests, listener));
    }

    @Override
    public List<Optional<GeneratedImage>> generate(
            List<GenerationRequest> requests, GenerationListener listener, Pruning pruning) {
        List<GenerationRequest> resolved = requests.stream().map(this::resolve).toList();
        return new PrunedDrawing(thread, drawing, listener).draw(resolved, pruning);
    }

    /**
     * Queues requests; the future ends with the images in the requests' order, or with an {@link EngineException}.
     * Cancelling it stops the work before its next step. What hangs on the future may run on the engine's thread, like the
     * listener: neither can wait for the engine.
     *
     * @throws EngineException {@code INVALID_ARGUMENT} at once, before anything is queued, for a value out of range
     * @throws IllegalStateException after {@link #close}
     */
    public CompletableFuture<List<GeneratedImage>> submit(
            List<GenerationRequest> requests, GenerationListener listener) {
        List<GenerationRequest> resolved = requests.stream().map(this::resolve).toList();
        return thread.submit(cancelled -> {
            GeneratedImage[] images = new GeneratedImage[resolved.size()];
            for (Batch batch : Batch.of(resolved, batchSize)) {
                List<GeneratedImage> drawn = drawing.draw(batch, listener, cancelled);
                for (int i = 0; i < drawn.size(); i++) {
                    images[batch.indices().get(i)] = drawn.get(i);
                }
            }
            return List.of(images);
        });
    }

    /** An image with the tensors that led to it. */
    public record RecordedImage(GeneratedImage image, List<RecordedTensor> tensors) {}

    /**
     * Draws one image and keeps what goes in and out of each stage: {@code prompt_embeds}, {@code pooled_projections},
     * {@code sigmas}, {@code latents} (the initial ones, packed), {@code step.N.velocity}, {@code step.N.latents} (after
     * step N, from 0; the last are the final ones), {@code condition_latents} where there is a condition, {@code vae_input}
     * (1, channels, height / 8, width / 8), {@code decoded} (1, 3, height, width), about [-1, 1].
     *
     * @throws EngineException as {@link #generate}
     */
    public RecordedImage generateRecorded(GenerationRequest request, GenerationListener listener) {
        GenerationRequest resolved = resolve(request);
        Batch batch = Batch.of(List.of(resolved), 1).get(0);
        return thread.await(thread.submit(cancelled -> {
            NativeModel model = drawing.model();
            drawing.forgetConditionings();
            model.engine().record(1);
            try {
                GeneratedImage image = drawing.draw(batch, listener, cancelled).get(0);
                List<RecordedTensor> tensors = new ArrayList<>(model.recorded());
                tensors.add(sigmas(resolved));
                return new RecordedImage(image, tensors);
            } finally {
                model.engine().record(0);
            }
        }));
    }

    /** How the model was named when it was opened. */
    public String model() {
        return weights.files().id();
    }

    /** The shape of the network that draws. */
    public TransformerConfig transformer() {
        return weights.transformer();
    }

    /** The element type that the networks compute in. */
    public ComputeType computeType() {
        return settings.type();
    }

    /** Where the networks compute. */
    public Device device() {
        return settings.device();
    }

    /** What products compute in. */
    public PerformanceMode performance() {
        return settings.performance();
    }

    /** See {@link Builder#cacheThreshold}. */
    public double cacheThreshold() {
        return settings.cacheThreshold();
    }

    /** The LoRAs in use, in the order they were added. */
    public List<Lora> loras() {
        return loras;
    }

    /** Whether the LoRA in use is a corrector. */
    public boolean hasCorrector() {
        return corrector;
    }

    /** What the user should know of the model's files, such as LoRA modules that match nothing. */
    public List<String> warnings() {
        return warnings;
    }

    @Override
    public String modelHash() {
        return modelHash;
    }

    @Override
    public Map<String, String> approximations() {
        return settings.approximations();
    }

    /**
     * LibTorch's version, the processors that it sees and how its threads wait, by name; loads the native code.
     *
     * @throws EngineException {@code DEVICE} where it cannot be loaded
     */
    public static Map<String, String> about() {
        NativeLibraries.load();
        return EngineText.values(NativeEngine.about());
    }

    /**
     * Finishes what is queued and gives back all native memory. Idempotent.
     *
     * @throws IllegalStateException from within a listener, which would wait for itself
     */
    @Override
    public void close() {
        thread.close(drawing::close);
    }

    private static ModelWeights randomWeights(Builder builder) {
        ComputeType type = builder.type == null ? ComputeType.BFLOAT16 : builder.type;
        ModelWeights model = RandomModel.of(builder.randomWeights, type.stored());
        FreeMemory.require(model.files().id() + " in " + type.nativeName(), model.bytes() + WORKING_BYTES);
        return model;
    }

    private Drawing open(List<NativeModel.LoadedLora> loaded) {
        try {
            return thread.await(thread.submit(cancelled -> {
                NativeModel model = new NativeModel(weights, loaded, corrector, settings);
                try {
                    return new Drawing(model, weights, settings.type(), modelHash);
                } catch (RuntimeException e) {
                    model.close();
                    throw e;
                }
            }));
        } catch (RuntimeException e) {
            thread.close(() -> {});
            throw e;
        }
    }

    private String hash() {
        ModelHash hash = new ModelHash()
                .text("model", weights.hash())
                .text("type", settings.type().name());
        settings.addTo(hash);
        if (NativeLibraries.folder() != null) {
            hash.text("libtorch", about().get("libtorch")); // another one's last bits are not ours
        }
        for (Lora lora : loras) {
            hash.file(corrector ? "corrector" : "lora", lora.file()).text("scale", Double.toString(lora.scale()));
        }
        return hash.hex();
    }

    private RecordedTensor sigmas(GenerationRequest request) {
        float[] sigmas = drawing.sigmas(request);
        ByteBuffer data = ByteBuffer.allocate(sigmas.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(sigmas);
        return new RecordedTensor("sigmas", ComputeType.FLOAT32.stored(), new long[] {sigmas.length}, data);
    }

    /** Collects what an engine is opened with; not thread-safe. */
    public static final class Builder {
        private String model;
        private Path components;
        private String randomWeights;
        private ComputeType type;
        private Device device = Device.CPU;
        private Set<Offload> offload = Set.of();
        private PerformanceMode performance = PerformanceMode.EXACT;
        private double cacheThreshold;
        private int threads = Runtime.getRuntime().availableProcessors();
        private int batchSize = 1;
        private final List<Lora> loras = new ArrayList<>();
        private boolean corrector;

        private Builder() {}

        /** A diffusers folder, a safetensors file or a Hugging Face id; null or {@code scenes} for the shipped model. */
        public Builder model(String value) {
            model = value;
            return this;
        }

        /** A diffusers folder with what a single safetensors file lacks; null looks beside the file and in the cache. */
        public Builder components(Path value) {
            components = value;
            return this;
        }

        /**
         * No model but random weights of a shape such as {@code flux-dev} or {@code flux-dev:2,4}, see {@link
         * RandomModel}: for measuring, its pictures are noise. Null for a model.
         */
        public Builder randomWeights(String shape) {
            randomWeights = shape;
            return this;
        }

        /** The computing type; null follows the weights (bfloat16 for half precision, float32 for float32). */
        public Builder computeType(ComputeType value) {
            type = value;
            return this;
        }

        /**
         * Where to compute; a CUDA device that cannot be used is an error, nothing takes its place. Null is the CPU.
         */
        public Builder device(Device value) {
            device = value == null ? Device.CPU : value;
            return this;
        }

        /** Weights that are on a CUDA device only while they are used; without effect on the CPU. */
        public Builder offload(Set<Offload> value) {
            offload = Set.copyOf(value);
            return this;
        }

        /** What products compute in; all but {@link PerformanceMode#EXACT} are approximate. */
        public Builder performance(PerformanceMode value) {
            performance = value;
            return this;
        }

        /**
         * Skips all blocks but the first in steps that resemble the last one taken in full, from 0 to 1: approximate. What
         * the first block adds to the image must have changed by less than this share of its size, in mean. 0, the
         * default, skips nothing; requests with an image guidance other than 1 skip nothing either. Goes with a batch size
         * of 1: images of a batch would skip together, so that each would depend on the others.
         */
        public Builder cacheThreshold(double value) {
            cacheThreshold = value;
            return this;
        }

        /** Threads of the native code, 1 or more; the default is all processors. */
        public Builder threads(int value) {
            threads = value;
            return this;
        }

        /** Most images in one pass of the network, 1 or more; a picture's last bits may depend on it. */
        public Builder batchSize(int value) {
            batchSize = value;
            return this;
        }

        /** Adds a LoRA; several add up. */
        public Builder lora(Path file, double scale) {
            loras.add(new Lora(file, scale));
            return this;
        }

        /**
         * A reflection-tuned LoRA: it acts on requests with a condition, and leaves all others as the base model draws them.
         */
        public Builder corrector(Path file, double scale) {
            corrector = true;
            return lora(file, scale);
        }

        /**
         * Opens the model.
         *
         * @throws EngineException {@code INVALID_FILE} naming the file and the cause, {@code INVALID_ARGUMENT}, {@code
         *     OUT_OF_MEMORY}, {@code DEVICE}
         */
        public FluxEngine build() {
            if (batchSize < 1) {
                throw new EngineException(ErrorCode.INVALID_ARGUMENT, "batch size " + batchSize + " is not 1 or more");
            }
            DrawingLimits.checkCachedBatch(cacheThreshold, batchSize);
            if (corrector && loras.size() > 1) {
                throw new EngineException(
                        ErrorCode.INVALID_ARGUMENT, "a corrector goes alone: it cannot be combined with other LoRAs");
            }
            return new FluxEngine(this);
        }

        private ComputeSettings settings(DType stored) {
            ComputeType computed = type == null ? ComputeType.natural(stored) : type;
            return new ComputeSettings(computed, device, offload, performance, cacheThreshold, threads);
        }
    }
}
