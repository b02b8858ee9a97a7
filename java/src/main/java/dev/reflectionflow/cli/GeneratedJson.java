package dev.reflectionflow.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reflectionflow.Execution;
import dev.reflectionflow.GeneratedImage;
import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.Timings;
import java.nio.file.Path;

/** What {@code generate --format json} says of an image. */
final class GeneratedJson {
    private GeneratedJson() {}

    static ObjectNode of(GeneratedImage image, OpenEngine engine, Path file, String sha256) {
        GenerationRequest request = image.request();
        ObjectNode node = new ObjectMapper().createObjectNode();
        node.put("file", file.toString()).put("sha256", sha256);
        node.put("seed", request.seed()).put("width", request.width()).put("height", request.height());
        put(node.putObject("milliseconds"), image.timings());
        ApproximateJson.put(node, engine.approximations());
        put(node.putObject("execution"), image.execution());
        return node.put("model", engine.model()).put("model_hash", image.modelHash());
    }

    private static void put(ObjectNode node, Timings timings) {
        node.put("text", rounded(timings.textMs())).put("condition", rounded(timings.conditionMs()));
        node.put("prepare", rounded(timings.prepareMs()));
        ArrayNode steps = node.putArray("steps");
        timings.stepMs().forEach(step -> steps.add(rounded(step)));
        node.put("decode", rounded(timings.decodeMs()));
        node.put("native", rounded(timings.nativeMs())).put("total", rounded(timings.totalMs()));
    }

    private static void put(ObjectNode node, Execution execution) {
        node.put("attention", execution.attention()).put("attention_reason", execution.attentionReason());
        node.put("graph_launches", execution.graphLaunches());
        execution.graphFailure().ifPresent(why -> node.put("graph_failure", why));
        node.put("skipped_steps", execution.skippedSteps());
    }

    private static double rounded(double milliseconds) {
        return Math.round(milliseconds * 1000) / 1000.0;
    }
}
