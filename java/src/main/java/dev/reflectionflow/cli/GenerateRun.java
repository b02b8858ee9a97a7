package dev.reflectionflow.cli;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.GeneratedImage;
import dev.reflectionflow.GenerationListener;
import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.run.Hashes;
import dev.reflectionflow.search.PngCodec;
import dev.reflectionflow.weights.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Draws the images of one {@code generate}, writes each as soon as it is there, and tells of it. */
final class GenerateRun {
    private final Console console;
    private final GenerateCommand.Own options;
    private final OutputFiles files;
    private final Progress progress;

    GenerateRun(Console console, GenerateCommand.Own options, OutputFiles files) {
        this.console = console;
        this.options = options;
        this.files = files;
        this.progress = new Progress(console, options.count);
    }

    void run(EngineOpener opener, EngineSettings settings, GenerationRequest open) {
        int written = 0;
        try (Interrupts interrupts = new Interrupts(console);
                OpenEngine engine = opener.open(settings)) {
            engine.warnings().forEach(console::note);
            GenerationRequest first = engine.resolve(open);
            PngCodec codec = settings.codec(engine);
            // One batch at a time, so that what is done is on the disk whatever comes next.
            for (int done = 0; done < options.count; done += settings.batchSize()) {
                List<GenerationRequest> batch = batch(first, done, settings.batchSize());
                GenerationListener listener = new DrawingListener(console, progress, interrupts, done, batch.size());
                for (GeneratedImage image : draw(engine, batch, listener)) {
                    tell(image, write(codec.encode(image, Map.of())), engine);
                    written++;
                }
            }
        } catch (EngineException e) {
            if (e.code() == ErrorCode.CANCELLED) {
                String done = written + " of " + options.count + " images are written";
                throw new EngineException(ErrorCode.CANCELLED, "interrupted; " + done, e);
            }
            throw e;
        } finally {
            console.clear();
        }
    }

    private List<GenerationRequest> batch(GenerationRequest first, int done, int batchSize) {
        List<GenerationRequest> batch = new ArrayList<>();
        for (int i = done; i < Math.min(done + batchSize, options.count); i++) {
            batch.add(first.toBuilder().seed(first.seed() + i).build());
        }
        return batch;
    }

    private List<GeneratedImage> draw(OpenEngine engine, List<GenerationRequest> batch, GenerationListener listener) {
        if (options.tensors == null) {
            return engine.generate(batch, listener);
        }
        OpenEngine.Recorded recorded = engine.generateRecorded(batch.get(0), listener);
        GeneratedImage image = recorded.image();
        SafetensorsWriter.write(
                options.tensors,
                recorded.tensors(),
                Map.of(
                        "prompt", image.request().prompt(),
                        "seed", image.request().seed().toString(),
                        "model", engine.model(),
                        "model_hash", image.modelHash()));
        return List.of(image);
    }

    private WrittenFile write(byte[] png) {
        Path file = files.take();
        Path part = file.resolveSibling("." + file.getFileName() + ".part");
        try {
            Files.write(part, png);
            Files.move(part, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
            return new WrittenFile(file, Hashes.sha256(png));
        } catch (IOException e) {
            removeQuietly(part);
            if (!options.overwrite) {
                removeQuietly(file);
            }
            throw new EngineException(ErrorCode.INVALID_FILE, file + ": cannot be written: " + e.getMessage(), e);
        }
    }

    private static void removeQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // The first failure is the one to tell.
        }
    }

    private record WrittenFile(Path path, String sha256) {}

    private void tell(GeneratedImage image, WrittenFile file, OpenEngine engine) {
        if (options.format == OutputFormat.TEXT) {
            console.result(file.path().toString());
            console.note(file.path() + ": seed " + image.request().seed());
            return;
        }
        console.result(
                GeneratedJson.of(image, engine, file.path(), file.sha256()).toString());
    }
}
