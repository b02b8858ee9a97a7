package dev.reflectionflow.train;

import dev.reflectionflow.EngineException;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A run's curves on disk: {@code log.csv}, event files for TensorBoard, and {@code loss.svg}. A resumed run takes back the
 * rows after its checkpoint, so that each step has one row.
 */
final class TrainingLog implements AutoCloseable {
    private final Path csv;
    private final Path folder;
    private final EventFile events;
    private final TreeMap<Long, Double> curve = new TreeMap<>();
    private List<String> columns = List.of();

    private TrainingLog(Path folder, EventFile events) {
        this.folder = folder;
        this.events = events;
        csv = folder.resolve("log.csv");
    }

    /** @param done steps that a checkpoint has; later rows are forgotten */
    static TrainingLog open(Path folder, long done) {
        try {
            Files.createDirectories(folder);
            TrainingLog log = new TrainingLog(folder, new EventFile(folder.resolve("events"), now(), done + 1));
            log.takeBack(done);
            return log;
        } catch (IOException e) {
            throw EngineException.invalidFile(folder, "cannot be written", e);
        }
    }

    void add(StepReport report) {
        try {
            Map<String, Double> values = report.values();
            if (columns.isEmpty()) {
                columns = new ArrayList<>(values.keySet());
                append("step," + String.join(",", columns));
            }
            StringBuilder row = new StringBuilder().append(report.step());
            columns.forEach(column -> row.append(',').append(values.getOrDefault(column, Double.NaN)));
            append(row.toString());
            events.write(now(), report.step(), values);
            curve.put(report.step(), report.loss());
        } catch (IOException e) {
            throw EngineException.invalidFile(csv, "cannot be written", e);
        }
    }

    /** Draws the loss so far. */
    void plot() {
        if (curve.size() > 1) {
            try {
                Folders.replace(folder.resolve("loss.svg"), LossPlot.svg(curve));
            } catch (IOException e) {
                throw EngineException.invalidFile(folder.resolve("loss.svg"), "cannot be written", e);
            }
        }
    }

    private void takeBack(long done) throws IOException {
        if (!Files.exists(csv)) {
            return;
        }
        List<String> kept = new ArrayList<>();
        for (String line : Files.readAllLines(csv)) {
            String first = line.split(",", 2)[0];
            if (!first.matches("\\d{1,18}")) {
                columns = List.of(line.split(",")).subList(1, line.split(",").length);
                kept.add(line);
            } else if (Long.parseLong(first) <= done && line.split(",").length == columns.size() + 1) {
                curve.put(Long.parseLong(first), Double.parseDouble(line.split(",")[1]));
                kept.add(line);
            }
        }
        Folders.replace(csv, kept.stream().map(line -> line + "\n").collect(Collectors.joining()));
    }

    private void append(String line) throws IOException {
        try (Writer out = Files.newBufferedWriter(
                csv, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            out.write(line + "\n");
        }
    }

    private static double now() {
        return System.currentTimeMillis() / 1000.0;
    }

    @Override
    public void close() {
        plot();
        try {
            events.close();
        } catch (IOException e) {
            throw EngineException.invalidFile(folder, "cannot be written", e);
        }
    }
}
