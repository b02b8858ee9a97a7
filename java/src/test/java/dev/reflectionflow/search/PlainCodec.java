package dev.reflectionflow.search;

import dev.reflectionflow.GeneratedImage;
import dev.reflectionflow.image.RgbImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Image files of one line of text and bare pixels, so that these tests need no PNG. */
final class PlainCodec implements ImageCodec {
    @Override
    public byte[] encode(GeneratedImage image, Map<String, Object> notes) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        String head = image.image().width() + " " + image.image().height() + " " + image.request().seed() + " " + notes + "\n";
        bytes.writeBytes(head.getBytes(StandardCharsets.UTF_8));
        bytes.writeBytes(image.image().toByteArray());
        return bytes.toByteArray();
    }

    @Override
    public RgbImage decode(Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            int end = 0;
            while (bytes[end] != '\n') {
                end++;
            }
            String[] head = new String(bytes, 0, end, StandardCharsets.UTF_8).split(" ");
            return new RgbImage(
                    Integer.parseInt(head[0]),
                    Integer.parseInt(head[1]),
                    ByteBuffer.wrap(bytes, end + 1, bytes.length - end - 1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
