package dev.reflectionflow.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reflectionflow.weights.GenerationDefaults;
import dev.reflectionflow.weights.ModelFolder;
import dev.reflectionflow.weights.ModelWeights;
import dev.reflectionflow.weights.SchedulerConfig;
import dev.reflectionflow.weights.TransformerConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The shape of a model, from its configurations and headers; no weight is read. */
record ModelInspection(ModelWeights model) {
    static ModelInspection of(String name) {
        return new ModelInspection(ModelWeights.open(ModelFolder.find(name, null)));
    }

    String json() {
        ObjectNode node =
                new ObjectMapper().createObjectNode().put("model", model.files().id());
        node.put("folder", model.files().base().toString());
        TransformerConfig flux = model.transformer();
        node.putObject("transformer")
                .put("double_stream_blocks", flux.doubleBlocks())
                .put("single_stream_blocks", flux.singleBlocks())
                .put("heads", flux.heads())
                .put("head_size", flux.headSize())
                .put("guidance", flux.guidance());
        node.putObject("text_encoder")
                .put("layers", model.clip().layers())
                .put("width", model.clip().width());
        node.putObject("text_encoder_2")
                .put("layers", model.t5().layers())
                .put("width", model.t5().width());
        node.putObject("vae").put("latent_channels", model.autoencoder().latentChannels());
        node.putObject("scheduler")
                .put("dynamic_shift", model.scheduler().dynamicShift())
                .put("shift", model.scheduler().shift());
        GenerationDefaults defaults = model.defaults();
        node.putObject("defaults")
                .put("width", defaults.width())
                .put("height", defaults.height())
                .put("steps", defaults.steps())
                .put("guidance", defaults.guidance())
                .put("max_sequence_length", defaults.maxSequenceLength());
        ObjectNode parts = node.putObject("parameters");
        parameters().forEach(parts::put);
        return node.put("dtypes", dtypes()).put("bytes", model.bytes()).toString();
    }

    String text() {
        List<String> lines = new ArrayList<>();
        lines.add("model           " + Console.oneLine(model.files().base().toString()));
        TransformerConfig flux = model.transformer();
        lines.add("transformer     " + flux.doubleBlocks() + " double-stream and " + flux.singleBlocks()
                + " single-stream blocks, " + flux.heads() + " heads of " + flux.headSize()
                + (flux.guidance() ? ", guidance embedded (dev)" : ", no guidance (schnell)"));
        lines.add("text encoder    CLIP, " + model.clip().layers() + " layers, width "
                + model.clip().width());
        lines.add("text encoder 2  T5, " + model.t5().layers() + " layers, width "
                + model.t5().width());
        lines.add("autoencoder     " + model.autoencoder().latentChannels() + " latent channels");
        SchedulerConfig scheduler = model.scheduler();
        lines.add("schedule        "
                + (scheduler.dynamicShift() ? "shift grows with the image" : "shift " + scheduler.shift()));
        GenerationDefaults defaults = model.defaults();
        lines.add("defaults        " + defaults.width() + "x" + defaults.height() + ", " + defaults.steps()
                + " steps, guidance " + defaults.guidance() + ", " + defaults.maxSequenceLength() + " text tokens");
        parameters()
                .forEach((part, count) ->
                        lines.add(String.format(Locale.ROOT, "parameters      %,d in %s", count, part)));
        lines.add(String.format(Locale.ROOT, "weights         %s, %,d bytes", dtypes(), model.bytes()));
        return String.join(System.lineSeparator(), lines);
    }

    private Map<String, Long> parameters() {
        return model.views().entrySet().stream()
                .collect(Collectors.groupingBy(
                        entry -> entry.getKey()
                                .substring(0, Math.max(0, entry.getKey().indexOf('.'))),
                        TreeMap::new,
                        Collectors.summingLong(entry -> entry.getValue().elements())));
    }

    private String dtypes() {
        return model.views().values().stream()
                .map(view -> view.dtype().name())
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
    }
}
