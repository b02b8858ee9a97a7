package dev.reflectionflow.search;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What a run left on the disk. */
public final class RunFiles {
    private RunFiles() {}

    /** Every file with its content; the journal's timings are left out, and so is the lock. */
    public static Map<String, String> of(Path directory) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(path, StandardCharsets.ISO_8859_1);
                files.put(directory.relativize(path).toString(), text.replaceAll("\"milliseconds\":[-+.\\dE]+", ""));
            }
        }
        files.remove(".lock");
        return files;
    }
}
