package dev.reflectionflow.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The append-only file of {@link JournalRecord}s, one JSON object a line, each on the disk before the next begins. */
final class Journal implements AutoCloseable {
    private final FileOps ops;
    private final FileChannel channel;
    private final List<JournalRecord> records = new ArrayList<>();

    private Journal(FileOps ops, FileChannel channel) {
        this.ops = ops;
        this.channel = channel;
    }

    /** Opens or creates a journal; the torn last line of a killed run is cut off. */
    static Journal open(Path file, FileOps ops) throws IOException {
        boolean isNew = !Files.exists(file);
        byte[] bytes = isNew ? new byte[0] : Files.readAllBytes(file);
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        Journal journal = new Journal(ops, channel);
        try {
            if (isNew) {
                ops.syncDirectory(file.toAbsolutePath().getParent());
            }
            int whole = readLines(file, bytes, journal.records);
            if (whole < bytes.length) {
                channel.truncate(whole);
                channel.force(true);
            }
            return journal;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** The whole lines of a journal that another process may be writing. */
    static List<JournalRecord> read(Path file) throws IOException {
        List<JournalRecord> records = new ArrayList<>();
        readLines(file, Files.readAllBytes(file), records);
        return records;
    }

    /** Reads whole lines and returns how many bytes they fill. */
    private static int readLines(Path file, byte[] bytes, List<JournalRecord> records) {
        int start = 0;
        int number = 1;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                records.add(readLine(file, Arrays.copyOfRange(bytes, start, i), number++));
                start = i + 1;
            }
        }
        return start;
    }

    private static JournalRecord readLine(Path file, byte[] line, int number) {
        try {
            return RunJson.MAPPER.readValue(new String(line, StandardCharsets.UTF_8), JournalRecord.class);
        } catch (JsonProcessingException e) {
            throw new EngineException(
                    ErrorCode.INVALID_FILE,
                    file + ", line " + number + ": not a line of a journal: " + e.getOriginalMessage(),
                    e);
        }
    }

    /** The records that were there when it was opened, oldest first. */
    List<JournalRecord> records() {
        return records;
    }

    void append(JournalRecord item) throws IOException {
        ops.append(channel, RunJson.lineWithEnd(item));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
