package dev.reflectionflow.train.data;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Builds archives in memory, also ones that no good writer makes. */
final class TestTar {
    private static final int BLOCK = 512;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    TestTar file(String name, byte[] bytes) {
        return entry(name, '0', bytes);
    }

    TestTar file(String name, String text) {
        return file(name, text.getBytes(StandardCharsets.UTF_8));
    }

    /** GNU's way to a long name: an entry of its own before the file's. */
    TestTar gnuLongName(String name) {
        return entry("././@LongLink", 'L', (name + "\0").getBytes(StandardCharsets.UTF_8));
    }

    /** POSIX's way: a header of its own, among other keys. */
    TestTar paxPath(String name) {
        return entry("PaxHeaders/x", 'x', (pax("mtime=1.5") + pax("path=" + name)).getBytes(StandardCharsets.UTF_8));
    }

    private static String pax(String pair) {
        int length = pair.getBytes(StandardCharsets.UTF_8).length + 2;
        int digits = String.valueOf(length + 2).length();
        return (length + digits) + " " + pair + "\n";
    }

    TestTar entry(String name, char type, byte[] bytes) {
        out.writeBytes(header(name, type, bytes.length));
        out.writeBytes(bytes);
        out.writeBytes(new byte[(BLOCK - bytes.length % BLOCK) % BLOCK]);
        return this;
    }

    /** The archive without the mark of its end. */
    byte[] open() {
        return out.toByteArray();
    }

    byte[] bytes() {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(open());
        whole.writeBytes(new byte[2 * BLOCK]);
        return whole.toByteArray();
    }

    private static byte[] header(String name, char type, int size) {
        byte[] header = new byte[BLOCK];
        put(header, 0, name.substring(0, Math.min(100, name.length())));
        put(header, 124, String.format("%011o", size));
        put(header, 148, "        ");
        put(header, 156, String.valueOf(type));
        put(header, 257, "ustar\00000");
        int sum = 0;
        for (byte value : header) {
            sum += value & 0xff;
        }
        put(header, 148, String.format("%06o\0", sum));
        return header;
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
