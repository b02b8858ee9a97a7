package dev.reflectionflow.train.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The header before each file of a tar archive.
 *
 * @param name with the folders, as far as the header has room for them
 * @param type {@code '0'} or 0 for a file
 * @param size bytes that follow, without the padding to whole blocks
 */
record TarHeader(String name, char type, long size) {
    /** Bytes of a header, and of what all else is padded to. */
    static final int BLOCK = 512;

    private static final int CHECKSUM = 148;
    private static final int LONGEST_LINE = 1 << 16;

    /**
     * Reads a header; empty for the block of zeros that marks an archive's end.
     *
     * @throws IOException where it is damaged
     */
    static Optional<TarHeader> parse(byte[] header) throws IOException {
        int sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= CHECKSUM && i < CHECKSUM + 8 ? ' ' : header[i] & 0xff;
        }
        if (sum == 8 * ' ') {
            return Optional.empty();
        }
        if (sum != number(header, CHECKSUM, 8)) {
            throw new IOException("not a tar archive, or damaged: a header's checksum is wrong");
        }
        return Optional.of(new TarHeader(name(header), (char) header[156], number(header, 124, 12)));
    }

    /** The name that is the content of GNU's extra entry. */
    static String gnuName(byte[] bytes) {
        return text(bytes, 0, bytes.length);
    }

    /** The path among POSIX's lines such as {@code "30 path=some/file.txt\n"}. */
    static String paxName(byte[] bytes, String otherwise) throws IOException {
        int at = 0;
        String path = otherwise;
        while (at < bytes.length) {
            int length = 0;
            int digit = at;
            while (digit < bytes.length && bytes[digit] >= '0' && bytes[digit] <= '9' && length < LONGEST_LINE) {
                length = length * 10 + bytes[digit++] - '0';
            }
            if (length < digit - at + 2 || at + length > bytes.length) {
                throw new IOException("damaged: a header that cannot be read");
            }
            String line = new String(bytes, digit + 1, at + length - digit - 2, StandardCharsets.UTF_8);
            path = line.startsWith("path=") ? line.substring(5) : path;
            at += length;
        }
        return path;
    }

    private static String name(byte[] header) {
        boolean ustar = text(header, 257, 6).equals("ustar");
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
}
