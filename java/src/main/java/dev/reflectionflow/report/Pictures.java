package dev.reflectionflow.report;

import dev.reflectionflow.RgbImage;
import dev.reflectionflow.image.PngWriter;
import dev.reflectionflow.image.Resize;
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

/** Pictures as other files want them. */
final class Pictures {
    private static final float THUMBNAIL_QUALITY = 0.88f;

    private Pictures() {}

    /** A JPEG file; {@code quality} from 0 to 1. */
    static byte[] jpeg(RgbImage image, float quality) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriteParam parameters = writer.getDefaultWriteParam();
            parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            parameters.setCompressionQuality(quality);
            writer.setOutput(stream);
            writer.write(null, new IIOImage(buffered(image), null, null), parameters);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /** The picture, its longer side no longer than {@code side}, as a data URL: JPEG or PNG, whichever is smaller. */
    static String dataUrl(RgbImage image, int side) {
        RgbImage small = shrunk(image, side);
        byte[] jpeg = jpeg(small, THUMBNAIL_QUALITY);
        byte[] png = PngWriter.toBytes(small, Map.of());
        boolean isJpeg = jpeg.length <= png.length;
        return "data:image/" + (isJpeg ? "jpeg" : "png") + ";base64,"
                + Base64.getEncoder().encodeToString(isJpeg ? jpeg : png);
    }

    static RgbImage shrunk(RgbImage image, int side) {
        int longer = Math.max(image.width(), image.height());
        if (longer <= side) {
            return image;
        }
        int width = Math.max(1, Math.round((float) image.width() * side / longer));
        int height = Math.max(1, Math.round((float) image.height() * side / longer));
        return Resize.resize(image, width, height, Resize.Filter.LANCZOS);
    }

    private static BufferedImage buffered(RgbImage image) {
        BufferedImage picture = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
                picture.setRGB(x, y, image.rgb(x, y));
            }
        }
        return picture;
    }
}
