package dev.reflectionflow.image;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.InflaterInputStream;

/** Walks through the chunks of a PNG file and collects its text. */
final class PngText {
    private static final int MOST_TEXT = 64 << 20;

    private PngText() {}

    static Map<String, String> read(Path file, byte[] bytes) {
        Map<String, String> text = new LinkedHashMap<>();
        ByteBuffer png = ByteBuffer.wrap(bytes).position(8);
        while (true) {
            if (png.remaining() < 12) {
                throw PngReader.bad(file, "truncated PNG");
            }
            int length = png.getInt();
            byte[] type = new byte[4];
            png.get(type);
            if (length < 0 || length > png.remaining() - 4) {
                throw PngReader.bad(file, "truncated PNG");
            }
            byte[] body = new byte[length];
            png.get(body).getInt();
            String name = new String(type, StandardCharsets.ISO_8859_1);
            if (name.equals("IEND")) {
                return text;
            }
            if (name.equals("tEXt") || name.equals("zTXt") || name.equals("iTXt")) {
                try {
                    put(text, name, ByteBuffer.wrap(body));
                } catch (IOException | IllegalArgumentException e) {
                    throw PngReader.bad(file, "damaged " + name + " chunk: " + e.getMessage());
                }
            }
        }
    }

    private static void put(Map<String, String> text, String type, ByteBuffer body) throws IOException {
        String keyword = untilNul(body);
        Charset charset = StandardCharsets.ISO_8859_1;
        boolean compressed = type.equals("zTXt");
        if (compressed) {
            take(body);
        } else if (type.equals("iTXt")) {
            compressed = take(body) == 1;
            take(body);
            untilNul(body);
            untilNul(body);
            charset = StandardCharsets.UTF_8;
        }
        byte[] rest = new byte[body.remaining()];
        body.get(rest);
        text.put(keyword, new String(compressed ? inflate(rest) : rest, charset));
    }

    private static String untilNul(ByteBuffer body) {
        int start = body.position();
        while (take(body) != 0) {
            // Only the end is sought.
        }
        byte[] text = new byte[body.position() - 1 - start];
        body.get(start, text);
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    private static byte take(ByteBuffer body) {
        if (!body.hasRemaining()) {
            throw new IllegalArgumentException("it ends too early");
        }
        return body.get();
    }

    private static byte[] inflate(byte[] data) throws IOException {
        try (InflaterInputStream zlib = new InflaterInputStream(new ByteArrayInputStream(data))) {
            byte[] text = zlib.readNBytes(MOST_TEXT + 1);
            if (text.length > MOST_TEXT) {
                throw new IOException("more than 64 MiB of text");
            }
            return text;
        }
    }
}
