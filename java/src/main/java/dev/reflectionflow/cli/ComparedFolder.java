package dev.reflectionflow.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reflectionflow.image.ImageMetadata;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How the pictures on one side of a comparison were made, as far as they are ours.
 *
 * @param mode {@code exact} or what made them approximate; several where they differ, empty where nobody knows
 * @param steps of all
 * @param skipped of those, by a cache of steps
 */
record ComparedFolder(String mode, long steps, long skipped) {
    static ComparedFolder of(List<Optional<ImageMetadata>> pictures) {
        List<ImageMetadata> known = pictures.stream().flatMap(Optional::stream).toList();
        String modes = known.stream()
                .map(picture -> picture.computed().mode())
                .distinct()
                .sorted()
                .collect(Collectors.joining(" or "));
        return new ComparedFolder(
                modes,
                known.stream().mapToLong(picture -> picture.request().steps()).sum(),
                known.stream()
                        .mapToLong(picture -> picture.computed().skippedSteps())
                        .sum());
    }

    String text() {
        String skips = skipped == 0
                ? ""
                : String.format(Locale.ROOT, ", %.1f %% of its steps skipped", 100.0 * skipped / steps);
        return mode.isEmpty() ? "nothing is known of how they were drawn" : Console.oneLine(mode) + skips;
    }

    void json(ObjectNode node) {
        node.put("mode", mode.isEmpty() ? null : mode).put("steps", steps).put("skipped_steps", skipped);
    }
}
