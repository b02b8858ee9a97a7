package dev.reflectionflow.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.image.Computed;
import dev.reflectionflow.image.ImageMetadata;
import dev.reflectionflow.image.PngReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The recipe in a PNG file.
 *
 * @param chunks its text by keyword
 * @param recipe what we wrote there; empty for the pictures of others
 */
record PictureInspection(Path file, Map<String, String> chunks, Optional<ImageMetadata> recipe) {
    static PictureInspection of(Path file) {
        Map<String, String> chunks = PngReader.readText(file);
        return new PictureInspection(file, chunks, ImageMetadata.fromText(file, chunks));
    }

    /** What a reader should know beside the text. */
    Optional<String> note() {
        return recipe.isPresent()
                ? Optional.empty()
                : Optional.of(file + ": not drawn by this program" + (chunks.isEmpty() ? ", and holds no text" : ""));
    }

    /** Our request as it was written, or the text of other programs by keyword. */
    String json() {
        if (recipe.isPresent()) {
            return chunks.get(ImageMetadata.JSON);
        }
        ObjectNode node = new ObjectMapper().createObjectNode();
        chunks.forEach(node::put);
        return node.toString();
    }

    String text() {
        List<String> lines = new ArrayList<>();
        chunks.forEach((keyword, text) -> {
            if (!keyword.equals(ImageMetadata.JSON)) {
                lines.add(Console.oneLine(keyword) + ":");
                text.lines().forEach(line -> lines.add("  " + Console.oneLine(line)));
            }
        });
        recipe.ifPresent(known -> {
            known.extra().forEach((key, value) -> lines.add(Console.oneLine(key + ": " + value)));
            approximation(known).ifPresent(lines::add);
            lines.add("model hash: " + Console.oneLine(known.modelHash()));
            known.condition().ifPresent(used -> lines.add("condition image: sha256 of its pixels " + used.sha256()));
            lines.add("again:");
            lines.add("  " + Console.oneLine(command(known)));
        });
        return String.join(System.lineSeparator(), lines);
    }

    private static Optional<String> approximation(ImageMetadata known) {
        Computed used = known.computed();
        String skipped = used.cacheThreshold() > 0
                ? "; " + used.skippedSteps() + " of " + known.request().steps() + " steps skipped"
                : "";
        return used.approximate()
                ? Optional.of("approximate: " + Console.oneLine(used.mode()) + skipped)
                : Optional.empty();
    }

    /** The command that draws the same pixels. */
    private static String command(ImageMetadata known) {
        GenerationRequest request = known.request();
        StringBuilder command = new StringBuilder("reflectionflow generate -m " + quoted(known.model()));
        computed(command, known.computed());
        known.loras().forEach(lora -> command.append(" --lora ").append(quoted(lora.file() + ":" + lora.scale())));
        command.append(" -W ").append(request.width()).append(" -H ").append(request.height());
        command.append(" -s ").append(request.steps()).append(" -g ").append(request.guidance());
        command.append(" --seed ").append(request.seed());
        request.noiseSteps()
                .forEach(step -> command.append(" --noise-step ").append(step.seed() + ":" + step.distance()));
        command.append(" --max-sequence-length ").append(request.maxSequenceLength());
        if (request.prompt2() != null) {
            command.append(" --prompt-2 ").append(quoted(request.prompt2()));
        }
        known.condition().ifPresent(used -> condition(command, used.settings()));
        return command + " -- " + quoted(request.prompt());
    }

    private static void computed(StringBuilder command, Computed used) {
        command.append(" --dtype ").append(quoted(used.dtype()));
        if (!used.device().equals(Computed.CPU)) {
            command.append(" --device ").append(quoted(used.device()));
        }
        if (!used.performance().equals(Computed.EXACT)) {
            command.append(" --performance-mode ").append(quoted(used.performance()));
        }
        if (used.cacheThreshold() > 0) {
            command.append(" --cache-threshold ").append(used.cacheThreshold());
        }
    }

    private static void condition(StringBuilder command, GenerationRequest.Condition used) {
        command.append(" --condition-image PNG --condition-scale ").append(used.scale());
        command.append(" --image-guidance ").append(used.imageGuidance());
        command.append(used.latentLora() ? " --latent-lora" : "");
        command.append(used.addAttention() ? " --add-attention" : "");
        command.append(used.unionAttention() ? "" : " --no-union-attention");
    }

    private static String quoted(String text) {
        return text.matches("[\\w./@:+-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
