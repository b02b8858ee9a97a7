package dev.reflectionflow.feedback;

import dev.reflectionflow.RgbImage;
import dev.reflectionflow.image.PngWriter;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** How a picture travels to a service. */
public enum ImageEncoding {
    /** Without loss. */
    PNG("image/png"),
    /** About a tenth of the bytes, at a quality that no judge should notice. */
    JPEG("image/jpeg");

    private static final float QUALITY = 0.95f;

    private final String mediaType;

    ImageEncoding(String mediaType) {
        this.mediaType = mediaType;
    }

    /** Such as {@code "image/png"}. */
    public String mediaType() {
        return mediaType;
    }

    /** The picture as a {@code data:} URL whose media type is that of its bytes. */
    String dataUrl(RgbImage image) {
        byte[] bytes = this == PNG ? PngWriter.toBytes(image, Map.of()) : jpeg(image);
        return "data:" + mediaType + ";base64," + Base64.getEncoder().encodeToString(bytes);
    }

    private static byte[] jpeg(RgbImage image) {
        BufferedImage copy = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
                copy.setRGB(x, y, image.rgb(x, y));
            }
        }
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        // the stream of ImageIO's own choice would go through a file
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriteParam parameters = writer.getDefaultWriteParam();
            parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            parameters.setCompressionQuality(QUALITY);
            writer.setOutput(out);
            writer.write(null, new IIOImage(copy, null, null), parameters);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}
