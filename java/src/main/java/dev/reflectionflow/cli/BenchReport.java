package dev.reflectionflow.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reflectionflow.Approximations;
import dev.reflectionflow.GenerationRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** A bench's result for people and for programs. */
final class BenchReport {
    private BenchReport() {}

    /** One object; {@code bench/compare_diffusers.py} prints the same keys. */
    static String json(BenchResult result) {
        GenerationRequest request = result.request();
        ObjectNode node = new ObjectMapper().createObjectNode();
        node.put("tool", "reflectionflow").put("version", Version.text()).put("libtorch", result.libtorch());
        node.put("device", result.device().toString());
        node.put("cpu", Machine.cpu()).put("threads", result.threads());
        node.put("model", result.model()).put("random_weights", result.random());
        node.put("dtype", result.dtype().toString());
        ApproximateJson.put(node, result.approximations());
        node.put("width", request.width()).put("height", request.height());
        node.put("steps", request.steps()).put("batch", result.work().batch());
        node.put("text_tokens", result.work().textTokens());
        node.put("condition_tokens", result.work().conditionTokens());
        node.put("warm_up", result.asked().warmUp).put("runs", result.asked().runs);
        ObjectNode stages = node.putObject("milliseconds");
        result.milliseconds()
                .forEach((stage, samples) -> stages.putObject(stage.name().toLowerCase(Locale.ROOT))
                        .put("median", rounded(BenchStage.median(samples)))
                        .put("p10", rounded(BenchStage.quantile(samples, 0.1)))
                        .put("p90", rounded(BenchStage.quantile(samples, 0.9)))
                        .put("samples", samples.size()));
        node.put("step_tflop", rounded(result.work().teraflop()));
        result.teraflopPerSecond().ifPresent(rate -> node.put("step_tflop_per_second", rounded(rate)));
        if (result.cached()) {
            node.put("skipped_steps", result.skipped()).put("all_steps", result.steps());
            node.put("mean_step_milliseconds", rounded(result.meanStep()));
        }
        if (result.whole()) {
            node.put("images_per_second", rounded(result.imagesPerSecond()));
            node.put("java_milliseconds", rounded(BenchStage.median(result.javaMs())));
            node.put("java_overhead", rounded(result.javaOverhead()));
            firstImage(result.first(), node.putObject("first_image"));
        }
        Machine.peakBytes().ifPresent(bytes -> node.put("peak_bytes", bytes));
        return node.toString();
    }

    private static void firstImage(BenchFirstImage first, ObjectNode node) {
        node.put("open_milliseconds", rounded(first.openMs()));
        node.put("draw_milliseconds", rounded(first.drawMs()));
        first.sinceStartMs().ifPresent(ms -> node.put("since_start_milliseconds", rounded(ms)));
        node.put("sha256", first.sha256());
    }

    private static String firstImage(BenchFirstImage first) {
        OptionalDouble since = first.sinceStartMs();
        return line(
                "first image",
                "%s%.0f ms to open the model, %.0f ms to draw, SHA-256 %.16s",
                since.isPresent()
                        ? String.format(Locale.ROOT, "%.0f ms after the process's start: ", since.getAsDouble())
                        : "",
                first.openMs(),
                first.drawMs(),
                first.sha256());
    }

    /** A few lines about what was measured, a table of the stages, a few lines of what follows from it. */
    static String text(BenchResult result) {
        List<String> lines = new ArrayList<>();
        lines.add(line("model", "%s%s", result.model(), result.random() ? " (random weights: no real model)" : ""));
        lines.add(work(result));
        lines.add(line(
                "machine",
                "%s%s, %d threads, LibTorch %s, ReflectionFlow %s",
                result.device().cuda() ? result.device() + " beside " : "",
                Machine.cpu(),
                result.threads(),
                result.libtorch(),
                Version.text()));
        lines.add("");
        lines.add(String.format("%-20s%12s%12s%12s%9s", "stage", "median ms", "p10", "p90", "samples"));
        for (BenchStage stage : BenchStage.values()) {
            if (result.whole() || stage == BenchStage.STEP) {
                lines.add(row(stage, result));
            }
        }
        lines.add("");
        lines.add(step(result));
        if (result.whole()) {
            lines.add(line("images per second", "%.4g", result.imagesPerSecond()));
            lines.add(line(
                    "java overhead",
                    "%.3f ms of a batch, %.2f %%",
                    BenchStage.median(result.javaMs()),
                    100 * result.javaOverhead()));
            lines.add(firstImage(result.first()));
        }
        OptionalLong peak = Machine.peakBytes();
        if (peak.isPresent()) {
            lines.add(line(
                    "peak memory",
                    "%.2f GiB%s",
                    peak.getAsLong() / (double) (1 << 30),
                    result.device().cuda() ? " of the host" : ""));
        }
        return String.join(System.lineSeparator(), lines);
    }

    private static String step(BenchResult result) {
        String rate = result.cached()
                ? String.format(
                        Locale.ROOT,
                        "; %d of %d steps skipped, %.3f ms in mean",
                        result.skipped(),
                        result.steps(),
                        result.meanStep())
                : String.format(
                        Locale.ROOT,
                        ", %.3f TFLOP/s",
                        result.teraflopPerSecond().orElseThrow());
        return line(
                "step",
                "%.4g TFLOP in full (products 2 M N K, attention 4 B H S^2 D)%s",
                result.work().teraflop(),
                rate);
    }

    private static String work(BenchResult result) {
        GenerationRequest request = result.request();
        long condition = result.work().conditionTokens();
        return line(
                "work",
                "%dx%d, %d steps, batch %d, %d text tokens, %s, %s, %s",
                request.width(),
                request.height(),
                request.steps(),
                result.work().batch(),
                result.work().textTokens(),
                condition == 0 ? "no condition" : condition + " condition tokens",
                result.dtype(),
                Approximations.marked(result.approximations()));
    }

    private static String row(BenchStage stage, BenchResult result) {
        List<Double> samples = result.milliseconds().get(stage);
        if (samples == null) {
            boolean drawn = stage == BenchStage.TEXT;
            return String.format("%-20s   %s", stage.label(), drawn ? "skipped: random embeddings" : "none");
        }
        return String.format(
                Locale.ROOT,
                "%-20s%12.3f%12.3f%12.3f%9d",
                stage.label(),
                BenchStage.median(samples),
                BenchStage.quantile(samples, 0.1),
                BenchStage.quantile(samples, 0.9),
                samples.size());
    }

    private static String line(String name, String format, Object... values) {
        return String.format("%-20s", name) + Console.oneLine(String.format(Locale.ROOT, format, values));
    }

    private static double rounded(double value) {
        return Math.round(value * 1e4) / 1e4;
    }
}
