package dev.reflectionflow.run;

import java.io.IOException;
import java.nio.file.Path;

/** Writes {@code best/<k>/}: a GenEval folder for each budget, each image a second name of the sample that it is. */
final class BestImages {
    private final Path directory;
    private final FileOps ops;

    BestImages(Path directory, FileOps ops) {
        this.directory = directory;
        this.ops = ops;
    }

    void write(int budget, int promptIndex, Path image) throws IOException {
        new GenEvalFolder(directory.resolve(RunLayout.best(budget)), ops)
                .write(RunLayout.prompt(promptIndex), directory.resolve(RunLayout.metadata(promptIndex)), image);
    }
}
