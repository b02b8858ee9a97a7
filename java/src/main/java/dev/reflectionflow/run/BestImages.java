package dev.reflectionflow.run;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Writes {@code best/<k>/}: a GenEval folder for each budget, each image a second name of the sample that it is. What a
 * killed run left half-written is made whole by writing it again.
 */
final class BestImages {
    private final Path directory;
    private final FileOps ops;

    BestImages(Path directory, FileOps ops) {
        this.directory = directory;
        this.ops = ops;
    }

    void write(int budget, int promptIndex, Path image) throws IOException {
        Path folder = directory.resolve(RunLayout.best(budget));
        Path sample = folder.resolve(RunLayout.sample(promptIndex, 0));
        ops.createDirectories(sample.getParent());
        String row = RunLayout.metadata(promptIndex);
        ops.linkAtomically(directory.resolve(row), folder.resolve(row));
        ops.linkAtomically(image, sample);
    }
}
