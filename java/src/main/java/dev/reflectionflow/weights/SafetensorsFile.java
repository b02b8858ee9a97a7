package dev.reflectionflow.weights;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.Map;

/**
 * The directory of a safetensors file: what it holds and where. Opening reads and validates the header alone, so it is
 * quick for files of any size, and nothing stays open.
 *
 * @param path the file
 * @param tensors name to view, in the order of the header
 * @param metadata the header's {@code __metadata__}, empty without one
 */
public record SafetensorsFile(Path path, Map<String, WeightView> tensors, Map<String, String> metadata) {
    /** The format's own limit on headers. */
    static final long MAX_HEADER_BYTES = 100_000_000;

    public SafetensorsFile {
        tensors = Collections.unmodifiableMap(tensors);
        metadata = Collections.unmodifiableMap(metadata);
    }

    /**
     * Reads the header of {@code path}.
     *
     * @throws dev.reflectionflow.EngineException {@code INVALID_FILE} for anything that is not a whole, consistent
     *     safetensors file: truncated, overlapping, leaving holes, of unknown types, with a damaged header
     */
    public static SafetensorsFile open(Path path) {
        if (Files.isDirectory(path)) {
            throw InvalidFile.of(path, "a folder, not a safetensors file");
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long size = channel.size();
            byte[] header = readHeader(path, channel, size);
            return new SafetensorsHeader(path, 8 + header.length, size).parse(header);
        } catch (IOException e) {
            throw InvalidFile.of(path, e);
        }
    }

    /** The tensor of this name. */
    public WeightView tensor(String name) {
        WeightView view = tensors.get(name);
        if (view == null) {
            throw InvalidFile.of(path, "no tensor " + name);
        }
        return view;
    }

    private static byte[] readHeader(Path path, FileChannel channel, long size) throws IOException {
        if (size < 8) {
            throw InvalidFile.of(path, "truncated: " + size + " bytes are too few for a safetensors file");
        }
        long length = readFully(channel, 0, 8).getLong(0);
        if (length < 0 || length > MAX_HEADER_BYTES) {
            throw InvalidFile.of(
                    path,
                    "header of " + Long.toUnsignedString(length) + " bytes is over the format's limit of "
                            + MAX_HEADER_BYTES + "; not a safetensors file?");
        }
        if (length > size - 8) {
            throw InvalidFile.of(path, "truncated: the header needs " + length + " bytes, the file has " + (size - 8));
        }
        return readFully(channel, 8, (int) length).array();
    }

    private static ByteBuffer readFully(FileChannel channel, long position, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                throw new EOFException("the file became shorter");
            }
        }
        return buffer.flip();
    }
}
