package dev.reflectionflow.weights;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Tells models apart without reading tens of gigabytes: SHA-256 over texts and files in the order given. A file up to 64
 * MiB counts whole. A larger one counts with its size, its first 8 + header bytes (for safetensors: names, types, shapes)
 * and 64 KiB at the start, the middle and the end of the rest; a change of a few weights between the samples stays
 * unseen, another model or another fine-tune does not.
 */
public final class ModelHash {
    private static final long WHOLE = 64L << 20;
    private static final int SAMPLE = 64 << 10;

    private final MessageDigest digest;

    public ModelHash() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Adds a labelled text, such as a computing type or a LoRA's scale. */
    public ModelHash text(String label, String text) {
        addFramed(label.getBytes(StandardCharsets.UTF_8));
        addFramed(text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /**
     * Adds a labelled file; the label should not hold a folder that differs between machines.
     *
     * @throws dev.reflectionflow.EngineException {@code INVALID_FILE} when it cannot be read
     */
    public ModelHash file(String label, Path file) {
        addFramed(label.getBytes(StandardCharsets.UTF_8));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            addLong(size);
            if (size <= WHOLE) {
                add(channel, 0, size);
            } else {
                addSamples(channel, size);
            }
        } catch (IOException e) {
            throw InvalidFile.of(file, e);
        }
        return this;
    }

    /** The hash as 64 hexadecimal digits; call once, at the end. */
    public String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }

    private void addSamples(FileChannel channel, long size) throws IOException {
        ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        channel.read(length, 0);
        long header = length.getLong(0);
        boolean plausible = header >= 0 && header <= SafetensorsFile.MAX_HEADER_BYTES && header <= size - 8;
        long start = plausible ? 8 + header : 8;
        add(channel, 0, start);
        for (long at : new long[] {start, start + (size - start) / 2, size - SAMPLE}) {
            add(channel, Math.min(at, size - SAMPLE), SAMPLE);
        }
    }

    private void add(FileChannel channel, long from, long count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(1 << 20, Math.max(count, 1)));
        long at = from;
        while (at < from + count) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), from + count - at));
            int read = channel.read(buffer, at);
            if (read < 0) {
                throw new EOFException("the file became shorter");
            }
            digest.update(buffer.flip());
            at += read;
        }
    }

    private void addFramed(byte[] bytes) {
        addLong(bytes.length);
        digest.update(bytes);
    }

    private void addLong(long value) {
        digest.update(ByteBuffer.allocate(8).putLong(value).flip());
    }
}
