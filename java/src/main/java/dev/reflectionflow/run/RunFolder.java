package dev.reflectionflow.run;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * One run on disk, readable by GenEval's evaluator:
 *
 * <pre>
 * config.json                what was asked for, with every default filled in
 * journal.jsonl              a line per image, judgement, advice, pruning and end of a prompt
 * 00000/metadata.jsonl       the prompt's row
 * 00000/samples/00000.png    its images in drawing order
 * 00000/pool/00000.png       those of a starting pool that does not count
 * best/4/00000/...           the same layout with the best of each prompt's first 4 images; so for each budget
 * </pre>
 *
 * An image is on the disk before its line in the journal; a run killed in between draws it again and gets the same bytes.
 * Thread-safe, as long as no two threads work at one prompt; one process at a time.
 */
public final class RunFolder implements AutoCloseable {
    private final Path directory;
    private final FileOps ops;
    private final RunLock lock;
    private final Journal journal;
    private final RunRecords records = new RunRecords();

    private RunFolder(Path directory, FileOps ops, RunLock lock, Journal journal) {
        this.directory = directory;
        this.ops = ops;
        this.lock = lock;
        this.journal = journal;
        journal.records().forEach(records::add);
    }

    /**
     * Opens a run to begin it or to go on with it.
     *
     * @param config JSON values that decide the run's images and scores; the same at every start of one run
     * @throws EngineException {@code INVALID_ARGUMENT} where the folder holds a run with another configuration,
     *     {@code INVALID_FILE} where it is in use, damaged or cannot be written
     */
    public static RunFolder open(Path directory, Map<String, ?> config) {
        return open(directory, config, new FileOps());
    }

    static RunFolder open(Path directory, Map<String, ?> config, FileOps ops) {
        RunLock lock = null;
        RunFolder folder = null;
        try {
            ops.createDirectories(directory);
            lock = RunLock.take(directory);
            RunConfig.check(directory, RunJson.MAPPER.valueToTree(config), ops);
            folder = new RunFolder(directory, ops, lock, Journal.open(directory.resolve("journal.jsonl"), ops));
            return folder;
        } catch (IOException e) {
            throw cannotWrite(directory, e);
        } finally {
            if (folder == null) {
                closeQuietly(lock);
            }
        }
    }

    /** Where the run is. */
    public Path directory() {
        return directory;
    }

    /**
     * Makes a prompt's folder and writes its row.
     *
     * @throws EngineException {@code INVALID_ARGUMENT} where the folder holds another prompt
     */
    public void startPrompt(int promptIndex, Map<String, ?> metadata) {
        Path folder = directory.resolve(RunLayout.prompt(promptIndex));
        Path row = directory.resolve(RunLayout.metadata(promptIndex));
        byte[] line = RunJson.lineWithEnd(metadata);
        try {
            ops.createDirectories(folder.resolve("samples"));
            if (!Files.exists(row)) {
                ops.writeAtomically(row, line);
            } else if (!Arrays.equals(Files.readAllBytes(row), line)) {
                String now = new String(line, StandardCharsets.UTF_8).strip();
                throw new EngineException(
                        ErrorCode.INVALID_ARGUMENT,
                        row + " holds " + Files.readString(row).strip() + ", not " + now
                                + "; choose another output folder");
            }
        } catch (IOException e) {
            throw cannotWrite(folder, e);
        }
    }

    /** A file of the run. */
    public Path resolve(String file) {
        return directory.resolve(file);
    }

    /** Writes an image and then its line; {@code item}'s file names the place and its hash must be that of the bytes. */
    public void keep(JournalRecord.Drawn item, byte[] bytes) {
        Path file = resolve(item.file());
        try {
            ops.createDirectories(file.getParent());
            ops.writeAtomically(file, bytes);
        } catch (IOException e) {
            throw cannotWrite(file, e);
        }
        append(item);
    }

    /** Writes the line of anything but an image. */
    public void keep(JournalRecord item) {
        if (item instanceof JournalRecord.Drawn) {
            throw new IllegalArgumentException("an image is kept with its bytes");
        }
        append(item);
    }

    /** Makes an image a prompt's choice among its first {@code budget} images, in the folder of that budget. */
    public void keepBest(int budget, int promptIndex, JournalRecord.Drawn image) {
        try {
            new BestImages(directory, ops).write(budget, promptIndex, resolve(image.file()));
        } catch (IOException e) {
            throw cannotWrite(directory.resolve(RunLayout.best(budget)), e);
        }
    }

    /** The bytes of an image. */
    public byte[] read(JournalRecord.Drawn item) {
        try {
            return Files.readAllBytes(resolve(item.file()));
        } catch (IOException e) {
            throw EngineException.invalidFile(resolve(item.file()), "cannot be read", e);
        }
    }

    /** What the journal knows of an image whose file is there and whole, and that this very request made. */
    public Optional<JournalRecord.Drawn> drawn(int promptIndex, int image, String key) {
        return records.drawn(promptIndex, image).filter(item -> item.key().equals(key) && isWhole(item));
    }

    /** An image anywhere in the run that an equal request made, whole. */
    public Optional<JournalRecord.Drawn> drawn(String key) {
        return records.drawn(key).filter(this::isWhole);
    }

    /** What the journal says. */
    public RunRecords records() {
        return records;
    }

    private boolean isWhole(JournalRecord.Drawn item) {
        Path file = resolve(item.file());
        try {
            return Files.isRegularFile(file)
                    && Hashes.sha256(Files.readAllBytes(file)).equals(item.sha256());
        } catch (IOException e) {
            return false;
        }
    }

    private void append(JournalRecord item) {
        try {
            synchronized (journal) {
                journal.append(item);
                records.add(item);
            }
        } catch (IOException e) {
            throw cannotWrite(directory.resolve("journal.jsonl"), e);
        }
    }

    private static EngineException cannotWrite(Path path, IOException e) {
        return EngineException.invalidFile(path, "cannot be written", e);
    }

    private static void closeQuietly(AutoCloseable resource) {
        try {
            if (resource != null) {
                resource.close();
            }
        } catch (Exception e) {
            // the first failure is the one to tell
        }
    }

    /** Lets go of the folder. */
    @Override
    public void close() {
        closeQuietly(journal);
        closeQuietly(lock);
    }
}
