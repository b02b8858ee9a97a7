package dev.reflectionflow.train.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Gathers the files of a shard into records: neighbours whose names are equal up to the first dot. */
final class RecordReader implements AutoCloseable {
    private static final String GOOD = "good_image";
    private static final String BAD = "bad_image";
    private static final String REFLECTION = "reflection.txt";
    private static final String PROMPT = "prompt.txt";
    private static final String SUBSET = "subset.txt";
    private static final List<String> PARTS = List.of(GOOD, BAD, REFLECTION, PROMPT, SUBSET);

    private final String shard;
    private final TarReader tar;
    private Optional<TarReader.Entry> ahead = Optional.empty();
    private IOException failure;

    RecordReader(Shard shard) throws IOException {
        this.shard = shard.name();
        this.tar = new TarReader(shard.open());
        advance();
    }

    /**
     * A record of a shard.
     *
     * @param sample empty where the record is of no use
     * @param damage what it lacks, in words, where there is no sample
     */
    record Found(Optional<RawSample> sample, String damage) {}

    /**
     * The next record; empty at the shard's end.
     *
     * @throws IOException where the shard is cut off or damaged, after the last whole record before that
     */
    Optional<Found> next() throws IOException {
        String key = nextKey();
        if (key == null) {
            return end();
        }
        Map<String, byte[]> parts = new HashMap<>();
        String damage = null;
        while (key.equals(nextKey())) {
            String part = part(ahead.get().name());
            if (PARTS.contains(part) && parts.put(part, tar.bytes()) != null) {
                damage = "has " + part + " twice";
            }
            advance();
        }
        if (failure != null && parts.size() < PARTS.size()) {
            return end();
        }
        return Optional.of(damage == null ? sample(key, parts) : damaged(key, damage));
    }

    /** Passes over the next record; false at the shard's end. */
    boolean skip() throws IOException {
        String key = nextKey();
        while (key != null && key.equals(nextKey())) {
            advance();
        }
        return key != null || end().isPresent();
    }

    private Optional<Found> end() throws IOException {
        if (failure != null) {
            throw failure;
        }
        return Optional.empty();
    }

    /** A failure is kept until the record before it was given out. */
    private void advance() {
        try {
            ahead = tar.next();
        } catch (IOException e) {
            failure = e;
            ahead = Optional.empty();
        }
    }

    /** The key of the file that comes next, or null where there is none. */
    private String nextKey() {
        while (ahead.isPresent() && key(ahead.get().name()).isEmpty()) {
            advance();
        }
        return ahead.map(entry -> key(entry.name())).orElse(null);
    }

    private Found sample(String key, Map<String, byte[]> parts) {
        for (String part : PARTS) {
            if (!parts.containsKey(part)) {
                return damaged(key, "has no " + part);
            }
        }
        try {
            Texts texts = new Texts(
                    shard + ": " + key,
                    text(parts.get(PROMPT)),
                    text(parts.get(REFLECTION)),
                    text(parts.get(SUBSET)).strip());
            return new Found(Optional.of(new RawSample(texts, parts.get(GOOD), parts.get(BAD))), "");
        } catch (CharacterCodingException e) {
            return damaged(key, "has a text that is not UTF-8");
        }
    }

    private Found damaged(String key, String damage) {
        return new Found(Optional.empty(), shard + ": " + key + ": " + damage);
    }

    /** Folder and name up to the first dot; empty for a hidden file, which belongs to no record. */
    private static String key(String name) {
        int dot = name.indexOf('.', name.lastIndexOf('/') + 1);
        return dot <= name.lastIndexOf('/') + 1 ? "" : name.substring(0, dot);
    }

    /** The rest of the name; for pictures without their format, which their bytes tell. */
    private static String part(String name) {
        String part = name.substring(key(name).length() + 1).toLowerCase(Locale.ROOT);
        return part.replaceFirst("^(" + GOOD + "|" + BAD + ")\\.(jpe?g|png)$", "$1");
    }

    private static String text(byte[] bytes) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString();
    }

    @Override
    public void close() throws IOException {
        tar.close();
    }
}
