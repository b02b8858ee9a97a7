package dev.reflectionflow.scenes;

import dev.reflectionflow.RgbImage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;

/**
 * Draws scenes the way a small diffusion model with a lossy autoencoder does: turned shapes and varied paints on about mid
 * grey, then blur, blotches of colour, grain and a change of brightness. Shares no code with the reader.
 */
public final class DisturbedRenderer {
    private final Random random;
    private final int size;

    public DisturbedRenderer(long seed, int size) {
        random = new Random(seed);
        this.size = size;
    }

    /** Draws the items with every disturbance of the domain. */
    public RgbImage draw(List<PlacedObject> items) {
        return disturb(paint(items));
    }

    /** Draws the items alone. */
    public RgbImage drawClean(List<PlacedObject> items) {
        return image(paint(items));
    }

    /** Items of these kinds at random places without overlap. */
    public List<PlacedObject> place(List<Map.Entry<Shape, SceneColor>> kinds) {
        while (true) {
            List<PlacedObject> items = new ArrayList<>();
            for (int attempt = 0; attempt < 200 && items.size() < kinds.size(); attempt++) {
                var kind = kinds.get(items.size());
                double radius = 0.09 + random.nextDouble() * (kinds.size() > 2 ? 0.07 : 0.12);
                double x = radius + 0.02 + random.nextDouble() * (0.96 - 2 * radius);
                double y = radius + 0.02 + random.nextDouble() * (0.96 - 2 * radius);
                if (items.stream()
                        .allMatch(o -> Math.hypot(o.centerX() - x, o.centerY() - y) > o.radius() + radius + 0.03)) {
                    items.add(new PlacedObject(kind.getKey(), kind.getValue(), x, y, radius));
                }
            }
            if (items.size() == kinds.size()) {
                return items;
            }
        }
    }

    /** (size * size, 3), 0 to 255; colours, angles and the stars' notches vary. */
    private double[] paint(List<PlacedObject> items) {
        SceneCanvas canvas = new SceneCanvas(size, 0);
        double grey = 128 + random.nextGaussian() * 4;
        double tilt = random.nextGaussian() * 4;
        for (int i = 0; i < canvas.pixels.length; i++) {
            canvas.pixels[i] = (float) (grey + tilt * (i / 3 % size / (double) size - 0.5));
        }
        for (PlacedObject item : items) {
            float[] paint = SceneRenderer.paint(item.color());
            double light = random.nextGaussian() * 8;
            for (int c = 0; c < 3; c++) {
                paint[c] += (float) (light + random.nextGaussian() * 7);
            }
            double turn = (random.nextDouble() - 0.5) * Math.toRadians(30);
            double notch = 0.38 + random.nextDouble() * 0.12;
            double[] polygon = item.malformation().isPresent()
                    ? ShapePolygon.of(item)
                    : ShapePolygon.of(item.shape(), turn, notch);
            canvas.paint(polygon, item.centerX() * size, item.centerY() * size, item.radius() * size, paint);
        }
        double[] pixels = new double[canvas.pixels.length];
        Arrays.setAll(pixels, i -> canvas.pixels[i]);
        return pixels;
    }

    private RgbImage disturb(double[] pixels) {
        double[] out = blur(pixels, random.nextDouble() * 1.1 * size / 128);
        double grain = random.nextDouble() * 9;
        double brightness = 1 + random.nextGaussian() * 0.04;
        double[] blotch = new double[4 * 3];
        for (int i = 0; i < blotch.length; i++) {
            blotch[i] = random.nextGaussian() * 4;
        }
        SplittableRandom grains = new SplittableRandom(random.nextLong());
        double[][] alongX = waves(4.1, 1, Math::sin);
        double[][] alongY = waves(3.7, -1, Math::cos);
        for (int i = 0; i < out.length; i++) {
            double wave = 0;
            for (int k = 0; k < 4; k++) {
                wave += blotch[k * 3 + i % 3] * alongX[k][i / 3 % size] * alongY[k][i / 3 / size];
            }
            // the sum of four uniform numbers is near enough to a bell, with a spread of 1 after scaling
            double bell = grains.nextDouble() + grains.nextDouble() + grains.nextDouble() + grains.nextDouble() - 2;
            out[i] = out[i] * brightness + wave + bell * Math.sqrt(3) * grain;
        }
        return image(out);
    }

    private double[][] waves(double frequency, int sign, DoubleUnaryOperator function) {
        double[][] waves = new double[4][size];
        for (int k = 0; k < 4; k++) {
            for (int i = 0; i < size; i++) {
                waves[k][i] = function.applyAsDouble((k + 2) * frequency * i / size + sign * k);
            }
        }
        return waves;
    }

    private double[] blur(double[] in, double sigma) {
        if (sigma < 0.2) {
            return in;
        }
        return blurAlong(blurAlong(in, sigma, 1), sigma, size);
    }

    private double[] blurAlong(double[] in, double sigma, int stride) {
        int reach = (int) Math.ceil(2.5 * sigma);
        double[] out = new double[in.length];
        double[] bell = new double[reach + 1];
        for (int d = 0; d <= reach; d++) {
            bell[d] = Math.exp(-d * d / (2 * sigma * sigma));
        }
        for (int p = 0; p < size * size; p++) {
            int at = stride == 1 ? p % size : p / size;
            double weights = 0;
            for (int d = Math.max(-reach, -at); d <= Math.min(reach, size - 1 - at); d++) {
                double weight = bell[Math.abs(d)];
                weights += weight;
                for (int c = 0; c < 3; c++) {
                    out[p * 3 + c] += weight * in[(p + d * stride) * 3 + c];
                }
            }
            for (int c = 0; c < 3; c++) {
                out[p * 3 + c] /= weights;
            }
        }
        return out;
    }

    private RgbImage image(double[] pixels) {
        ByteBuffer bytes = ByteBuffer.allocate(pixels.length);
        for (double value : pixels) {
            bytes.put((byte) Math.round(Math.max(0, Math.min(255, value))));
        }
        return new RgbImage(size, size, bytes.flip());
    }
}
