package dev.reflectionflow.train.data;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Finds the shards that patterns name. */
final class Shards {
    private static final String PIPE = "pipe:";

    private Shards() {}

    /**
     * The shards in order: as the patterns stand, each one's matches sorted by name, so that every machine sees the same.
     *
     * @throws EngineException {@code INVALID_FILE} naming the first pattern that matches nothing
     */
    static List<Shard> find(List<String> patterns) {
        List<Shard> shards = new ArrayList<>();
        for (String pattern : patterns) {
            for (String name : Braces.expand(pattern)) {
                add(pattern, name, shards);
            }
        }
        if (shards.isEmpty()) {
            throw new EngineException(ErrorCode.INVALID_FILE, "no shards are named: the data set's path is empty");
        }
        return shards;
    }

    private static void add(String pattern, String name, List<Shard> shards) {
        if (name.startsWith(PIPE)) {
            shards.add(Shard.command(name, name.substring(PIPE.length())));
            return;
        }
        if (name.contains("://")) {
            throw bad(name + ": name a command that fetches it: pipe:curl -s -f -L " + name);
        }
        List<Path> files = files(name);
        if (files.isEmpty()) {
            String which = pattern.equals(name) ? "" : ", named by " + pattern;
            throw bad(name + ": no such shard" + which);
        }
        files.forEach(file -> shards.add(Shard.file(file)));
    }

    private static List<Path> files(String name) {
        try {
            if (name.chars().anyMatch(c -> "*?[".indexOf(c) >= 0)) {
                Path folder = Path.of(name.replaceFirst("[^/]*$", "./"));
                String glob = name.substring(name.lastIndexOf('/') + 1);
                return Files.isDirectory(folder) ? matches(folder, glob) : List.of();
            }
            Path path = Path.of(name);
            if (Files.isDirectory(path)) {
                return matches(path, "*.tar");
            }
            return Files.exists(path) ? List.of(path) : List.of();
        } catch (InvalidPathException | java.util.regex.PatternSyntaxException e) {
            throw bad(name + ": " + e.getMessage());
        } catch (IOException e) {
            throw EngineException.invalidFile(Path.of(name), "cannot be listed", e);
        }
    }

    private static List<Path> matches(Path folder, String glob) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder.normalize(), glob)) {
            entries.forEach(files::add);
        }
        files.removeIf(
                file -> Files.isDirectory(file) || file.getFileName().toString().startsWith("."));
        files.sort(null);
        return files;
    }

    private static EngineException bad(String message) {
        return new EngineException(ErrorCode.INVALID_FILE, message.replaceAll("\\p{Cntrl}+", " "));
    }
}
