package dev.reflectionflow.engine;

import dev.reflectionflow.Golden;
import dev.reflectionflow.engine.internal.NativeEngine;
import dev.reflectionflow.engine.internal.NativeEngine.RunSettings;
import dev.reflectionflow.weights.LoraFile;
import dev.reflectionflow.weights.ModelFiles;
import dev.reflectionflow.weights.ModelWeights;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** One of the golden models in the native engine, driven stage by stage with every tensor recorded. */
final class TinyNetwork implements AutoCloseable {
    private static final int EVERYTHING = 2;

    private final NativeModel model;
    private final ModelWeights weights;

    private TinyNetwork(ModelWeights weights, List<NativeModel.LoadedLora> loras, ComputeType type) {
        this.weights = weights;
        ComputeSettings settings = new ComputeSettings(type, Device.CPU, Set.of(), PerformanceMode.EXACT, 0, 2);
        this.model = new NativeModel(weights, loras, false, settings);
    }

    static TinyNetwork open(String folder, ComputeType type) {
        return open(folder, folder + "/transformer", folder + "/vae", type);
    }

    /** A golden folder with another transformer or autoencoder in it. */
    static TinyNetwork open(String base, String transformer, String autoencoder, ComputeType type) {
        return new TinyNetwork(weights(base, transformer, autoencoder), List.of(), type);
    }

    static TinyNetwork withLora(String folder, Path lora, double scale) {
        return withLoras(folder, List.of(new Lora(lora, scale)));
    }

    static TinyNetwork withLoras(String folder, List<Lora> loras) {
        ModelWeights weights = weights(folder, folder + "/transformer", folder + "/vae");
        List<NativeModel.LoadedLora> loaded = loras.stream()
                .map(lora ->
                        new NativeModel.LoadedLora(LoraFile.open(lora.file(), weights.transformer()), lora.scale()))
                .toList();
        return new TinyNetwork(weights, loaded, ComputeType.FLOAT32);
    }

    private static ModelWeights weights(String base, String transformer, String autoencoder) {
        return ModelWeights.open(
                new ModelFiles(base, Golden.path(base), Golden.path(transformer), Golden.path(autoencoder)));
    }

    NativeModel model() {
        return model;
    }

    NativeEngine engine() {
        return model.engine();
    }

    ModelWeights weights() {
        return weights;
    }

    /** What one evaluation of the transformer is given; arrays as the golden files have them. */
    record Inputs(
            int batch,
            int rows,
            int columns,
            float[] latents,
            int textTokens,
            float[] promptEmbeds,
            float[] pooled,
            float[] timesteps,
            float[] guidance,
            long condition,
            UnaryOperator<RunSettings> settings) {

        /** The inputs named PREFIX.hidden_states and so on. */
        static Inputs golden(String file, String prefix, int rows, int columns) {
            Golden.Tensor embeds = Golden.input(file, prefix + ".encoder_hidden_states");
            float[] timesteps = Golden.input(file, prefix + ".timestep").values();
            return new Inputs(
                    timesteps.length,
                    rows,
                    columns,
                    Golden.input(file, prefix + ".hidden_states").values(),
                    (int) embeds.shape()[1],
                    embeds.values(),
                    Golden.input(file, prefix + ".pooled_projections").values(),
                    timesteps,
                    guidance(file, prefix, timesteps.length),
                    0,
                    UnaryOperator.identity());
        }

        /** schnell has none; the engine takes a value and ignores it. */
        private static float[] guidance(String file, String prefix, int batch) {
            String name = prefix + ".guidance";
            return Golden.has(file, name) ? Golden.input(file, name).values() : new float[batch];
        }

        Inputs withCondition(long handle, UnaryOperator<RunSettings> newSettings) {
            return new Inputs(
                    batch,
                    rows,
                    columns,
                    latents,
                    textTokens,
                    promptEmbeds,
                    pooled,
                    timesteps,
                    guidance,
                    handle,
                    newSettings);
        }
    }

    /** Runs one step and returns everything that was recorded. */
    Map<String, float[]> evaluate(Inputs inputs) {
        int batch = inputs.batch;
        long[] texts = new long[batch];
        for (int i = 0; i < batch; i++) {
            texts[i] = engine().putText(
                            part(inputs.promptEmbeds, i, batch), inputs.textTokens, part(inputs.pooled, i, batch));
        }
        long[] conditions = inputs.condition == 0 ? null : new long[batch];
        if (conditions != null) {
            Arrays.fill(conditions, inputs.condition);
        }
        engine().record(EVERYTHING);
        RunSettings settings = inputs.settings.apply(new RunSettings()
                .batch(batch)
                .width(inputs.columns * 16)
                .height(inputs.rows * 16)
                .steps(1));
        float[] noise = unpack(inputs.latents, batch, inputs.rows, inputs.columns);
        float[] sigmas = Arrays.copyOf(inputs.timesteps, 2 * batch);
        long run = engine().begin(settings, texts, conditions, noise, sigmas, inputs.guidance);
        engine().step(run);
        Map<String, float[]> recorded = recorded();
        engine().release(run);
        return recorded;
    }

    /** The handle of a prompt's conditioning. */
    long encodeText(String prompt, String prompt2, int tokens) {
        try (PromptTokens tokenizers = PromptTokens.open(weights.files())) {
            PromptTokens.Ids ids = tokenizers.of(new PromptTokens.Text(prompt, prompt2, tokens), warning -> {});
            return engine().encodeText(ids.clip(), ids.clip().length, ids.t5(), ids.t5().length);
        }
    }

    /** The noise levels of a run for each sample of a batch, (steps + 1, batch). */
    float[] sigmas(int steps, int imageTokens, int batch) {
        float[] schedule = new FlowMatchSchedule(weights.scheduler()).sigmas(steps, imageTokens);
        float[] sigmas = new float[schedule.length * batch];
        for (int i = 0; i < sigmas.length; i++) {
            sigmas[i] = schedule[i / batch];
        }
        return sigmas;
    }

    /** Everything recorded since recording started, by name. */
    Map<String, float[]> recorded() {
        Map<String, float[]> tensors = new TreeMap<>();
        for (RecordedTensor tensor : model.recorded()) {
            tensors.put(tensor.name(), tensor.toFloats());
        }
        return tensors;
    }

    void recordEverything() {
        engine().record(EVERYTHING);
    }

    /** Packed (B, rows * columns, 4C) to (B, C, 2 rows, 2 columns). */
    static float[] unpack(float[] packed, int batch, int rows, int columns) {
        int channels = packed.length / (batch * rows * columns * 4);
        float[] out = new float[packed.length];
        int at = 0;
        for (int b = 0; b < batch; b++) {
            for (int r = 0; r < rows; r++) {
                for (int c = 0; c < columns; c++) {
                    for (int channel = 0; channel < channels; channel++) {
                        for (int d = 0; d < 4; d++, at++) {
                            int y = 2 * r + d / 2;
                            int x = 2 * c + d % 2;
                            out[((b * channels + channel) * 2 * rows + y) * 2 * columns + x] = packed[at];
                        }
                    }
                }
            }
        }
        return out;
    }

    private static float[] part(float[] values, int index, int count) {
        int size = values.length / count;
        return Arrays.copyOfRange(values, index * size, (index + 1) * size);
    }

    @Override
    public void close() {
        model.close();
    }
}
