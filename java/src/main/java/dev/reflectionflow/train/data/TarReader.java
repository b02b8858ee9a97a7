package dev.reflectionflow.train.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/** Reads the files of a tar archive (ustar, with GNU's and POSIX's long names) in one pass. */
final class TarReader implements AutoCloseable {
    private static final int LONGEST_NAME = 1 << 16;
    private static final int LARGEST_FILE = 1 << 28;

    private final InputStream in;
    private long left;
    private long padding;

    TarReader(InputStream in) {
        this.in = in;
    }

    /**
     * A file's header.
     *
     * @param size bytes
     */
    record Entry(String name, long size) {}

    /**
     * The next file, folders and links passed over; empty at the archive's end, which is read to the last byte.
     *
     * @throws IOException where the archive is cut off or damaged
     */
    Optional<Entry> next() throws IOException {
        String longName = null;
        while (true) {
            skipRest();
            Optional<TarHeader> header = header();
            if (header.isEmpty()) {
                in.transferTo(OutputStream.nullOutputStream());
                return Optional.empty();
            }
            left = header.get().size();
            padding = (TarHeader.BLOCK - left % TarHeader.BLOCK) % TarHeader.BLOCK;
            switch (header.get().type()) {
                case 'L' -> longName = TarHeader.gnuName(shortBytes());
                case 'x' -> longName = TarHeader.paxName(shortBytes(), longName);
                case '0', 0 -> {
                    return Optional.of(new Entry(longName == null ? header.get().name() : longName, left));
                }
                default -> longName = null;
            }
        }
    }

    /** The bytes of the file that {@link #next} found; once. */
    byte[] bytes() throws IOException {
        if (left > LARGEST_FILE) {
            throw new IOException("a file of " + left + " bytes is too large");
        }
        byte[] bytes = in.readNBytes((int) left);
        if (bytes.length < left) {
            throw new EOFException("cut off inside a file");
        }
        left = 0;
        return bytes;
    }

    /** The next header; empty where the archive ends. */
    private Optional<TarHeader> header() throws IOException {
        byte[] block = in.readNBytes(TarHeader.BLOCK);
        if (block.length < TarHeader.BLOCK) {
            throw new EOFException(
                    block.length == 0 ? "ends without the mark of an archive's end" : "cut off inside a header");
        }
        return TarHeader.parse(block);
    }

    private void skipRest() throws IOException {
        try {
            in.skipNBytes(left + padding);
        } catch (EOFException e) {
            throw (EOFException) new EOFException("cut off inside a file").initCause(e);
        }
        left = 0;
        padding = 0;
    }

    /** The bytes of a long name. */
    private byte[] shortBytes() throws IOException {
        if (left > LONGEST_NAME) {
            throw new IOException("damaged: a name of " + left + " bytes");
        }
        byte[] bytes = in.readNBytes((int) left);
        if (bytes.length < left) {
            throw new EOFException("cut off inside a name");
        }
        left = 0;
        return bytes;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
