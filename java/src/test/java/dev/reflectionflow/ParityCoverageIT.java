package dev.reflectionflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Runs after all other tests: every tensor of the golden manifest, and every golden file without tensors, must be in the
 * logs that {@link Golden} wrote. Files of qwen2_5_vl belong to another project part and are left out.
 */
class ParityCoverageIT {
    private static final String LEFT_OUT = "qwen2_5_vl";

    @Test
    void everyGoldenTensorIsComparedBySomeTest() throws IOException {
        Set<String> compared = comparedLines(Path.of(System.getProperty("parity.dir", "target/parity")));
        List<String> missing = new ArrayList<>();
        for (String wanted : wanted(Golden.json("manifest.json"))) {
            if (!compared.contains(wanted)) {
                missing.add(wanted.replace('\t', ' ').strip());
            }
        }
        assertThat(missing).as("golden tensors that no parity test compared").isEmpty();
    }

    private static Set<String> wanted(JsonNode manifest) {
        Set<String> wanted = new TreeSet<>();
        manifest.properties().forEach(file -> {
            JsonNode tensors = file.getValue().path("tensors");
            if (file.getKey().startsWith(LEFT_OUT)) {
                return;
            }
            if (tensors.isMissingNode()) {
                wanted.add(file.getKey() + "\t");
            }
            tensors.fieldNames().forEachRemaining(name -> wanted.add(file.getKey() + "\t" + name));
        });
        return wanted;
    }

    private static Set<String> comparedLines(Path folder) throws IOException {
        Set<String> lines = new TreeSet<>();
        try (Stream<Path> logs = Files.list(folder)) {
            for (Path log :
                    logs.filter(path -> path.toString().endsWith(".txt")).toList()) {
                lines.addAll(Files.readAllLines(log));
            }
        }
        return lines;
    }
}
