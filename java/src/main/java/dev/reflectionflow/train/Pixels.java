package dev.reflectionflow.train;

import dev.reflectionflow.RgbImage;
import dev.reflectionflow.train.nn.Tensors;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Between pictures and tensors of pixels from -1 to 1, (B, 3, h, w). */
final class Pixels {
    private Pixels() {}

    /** Pictures of one size. */
    static Tensor of(List<RgbImage> images) {
        int width = images.get(0).width();
        int height = images.get(0).height();
        int plane = width * height;
        float[] values = new float[images.size() * 3 * plane];
        for (int i = 0; i < images.size(); i++) {
            byte[] pixels = images.get(i).toByteArray();
            for (int at = 0; at < plane; at++) {
                for (int channel = 0; channel < 3; channel++) {
                    values[(i * 3 + channel) * plane + at] = (pixels[at * 3 + channel] & 0xff) / 127.5f - 1;
                }
            }
        }
        return Tensors.ofFloats(values, images.size(), 3, height, width);
    }

    static List<RgbImage> toImages(Tensor pixels) {
        int height = (int) pixels.size(2);
        int width = (int) pixels.size(3);
        int plane = width * height;
        float[] values = Tensors.toFloats(pixels);
        List<RgbImage> images = new ArrayList<>();
        for (int i = 0; i < pixels.size(0); i++) {
            byte[] bytes = new byte[plane * 3];
            for (int at = 0; at < plane; at++) {
                for (int channel = 0; channel < 3; channel++) {
                    float value = values[(i * 3 + channel) * plane + at];
                    bytes[at * 3 + channel] = (byte) Math.max(0, Math.min(255, Math.round((value + 1) * 127.5f)));
                }
            }
            images.add(new RgbImage(width, height, ByteBuffer.wrap(bytes)));
        }
        return images;
    }
}
