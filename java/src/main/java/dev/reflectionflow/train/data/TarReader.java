package dev.reflectionflow.train.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Reads the files of a tar archive (ustar, with GNU's and POSIX's long names) in one pass. */
final class TarReader implements AutoCloseable {
    private static final int BLOCK = 512;
    private static final int CHECKSUM = 148;
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
            byte[] header = header();
            if (header == null) {
                in.transferTo(OutputStream.nullOutputStream());
                return Optional.empty();
            }
            left = number(header, 124, 12);
            padding = (BLOCK - left % BLOCK) % BLOCK;
            char type = (char) header[156];
            if (type == 'L') {
                byte[] bytes = shortBytes();
                longName = text(bytes, 0, bytes.length);
            } else if (type == 'x') {
                longName = paxPath(shortBytes(), longName);
            } else if (type == '0' || type == 0) {
                return Optional.of(new Entry(longName == null ? name(header) : longName, left));
            } else {
                longName = null;
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

    /** The next header, or null where the archive ends. */
    private byte[] header() throws IOException {
        byte[] header = in.readNBytes(BLOCK);
        if (header.length < BLOCK) {
            throw new EOFException(
                    header.length == 0 ? "ends without the mark of an archive's end" : "cut off inside a header");
        }
        int sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= CHECKSUM && i < CHECKSUM + 8 ? ' ' : header[i] & 0xff;
        }
        if (sum == 8 * ' ') {
            return null;
        }
        if (sum != number(header, CHECKSUM, 8)) {
            throw new IOException("not a tar archive, or damaged: a header's checksum is wrong");
        }
        return header;
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

    /** The path among lines such as {@code "30 path=some/file.txt\n"}. */
    private static String paxPath(byte[] bytes, String otherwise) throws IOException {
        int at = 0;
        String path = otherwise;
        while (at < bytes.length) {
            int length = 0;
            int digit = at;
            while (digit < bytes.length && bytes[digit] >= '0' && bytes[digit] <= '9' && length < LONGEST_NAME) {
                length = length * 10 + bytes[digit++] - '0';
            }
            if (length <= digit - at || at + length > bytes.length) {
                throw new IOException("damaged: a header that cannot be read");
            }
            String line = new String(bytes, digit + 1, at + length - digit - 2, StandardCharsets.UTF_8);
            path = line.startsWith("path=") ? line.substring(5) : path;
            at += length;
        }
        return path;
    }

    private static String name(byte[] header) {
        boolean ustar = text(header, 257, 5).equals("ustar");
        String prefix = ustar ? text(header, 345, 155) : "";
        String name = text(header, 0, 100);
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    private static String text(byte[] bytes, int at, int most) {
        int end = at;
        while (end < Math.min(bytes.length, at + most) && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, at, end - at, StandardCharsets.UTF_8);
    }

    /** Octal digits, or base 256 where the first bit says so. */
    private static long number(byte[] header, int at, int size) throws IOException {
        long value = 0;
        boolean binary = header[at] < 0;
        for (int i = at; i < at + size; i++) {
            int digit = header[i] & (binary && i == at ? 0x7f : 0xff);
            if (binary) {
                value = value << 8 | digit;
            } else if (digit >= '0' && digit <= '7') {
                value = value << 3 | digit - '0';
            } else if (digit != ' ' && digit != 0) {
                throw new IOException("damaged: a header's number cannot be read");
            }
        }
        if (value < 0) {
            throw new IOException("damaged: a negative size");
        }
        return value;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
